"""The sets of questions, one adapter a file, by the name that `python -m eval run --set` takes."""

from eval.datasets import domainrag, dureader, ncp, own, rgb, stard
from eval.datasets.dataset import ALL, Dataset, NoData

DATASETS: dict[str, Dataset] = {
    dataset.name: dataset
    for dataset in (
        own.CASES,
        own.HELD_OUT,
        ncp.DATASET,
        rgb.DATASET,
        dureader.DATASET,
        stard.DATASET,
        domainrag.DATASET,
    )
}

__all__ = ["ALL", "DATASETS", "Dataset", "NoData"]
