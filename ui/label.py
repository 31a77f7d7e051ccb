"""The labels that 《人工智能生成合成内容标识办法》 wants of what AI made: one to be read, one for programs (GB 45438-2025)."""

from __future__ import annotations

import hashlib
import json

VISIBLE = "本内容由人工智能（政答）依据所列文件生成并逐句核对，请以原文为准。"
PRODUCER = "zhengda"


def hidden(text: str) -> str:
    """The value of the metadata field `AIGC` of a file that holds `text`."""
    field = {
        "Label": "1",
        "ContentProducer": PRODUCER,
        "ProduceID": hashlib.sha256(text.encode()).hexdigest()[:32],
        "ReservedCode1": "",
        "ContentPropagator": "",
        "PropagateID": "",
        "ReservedCode2": "",
    }
    return json.dumps(field)
