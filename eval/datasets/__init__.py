"""The sets of questions, one adapter a file, by the name that `python -m eval run --set` takes."""

from eval.datasets import domainrag, dureader, ncp, own, people, rgb, stard
from eval.datasets.dataset import ALL, Dataset, NoData

_FOREIGN = (people.DATASET, ncp.DATASET, rgb.DATASET, dureader.DATASET, domainrag.DATASET, stard.DATASET)

DATASETS: dict[str, Dataset] = {dataset.name: dataset for dataset in (*own.SETS, *_FOREIGN)}

__all__ = ["ALL", "DATASETS", "Dataset", "NoData"]
