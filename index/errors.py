"""The one tree of errors that a user may see; every message is Chinese and says what to do.

ZhengdaError
├── SettingsError     a setting has a value that it cannot have (index.settings)
├── StoreError        the vector store cannot be read or written (index.store.vectors)
│   └── StoreUnavailable  the Chroma server does not answer as it should (index.store.vectors)
├── UnreadableFile    a file cannot be used (index.readers.files)
├── BuildError        nothing was indexed; the generation in use is untouched (index.build)
├── NoIndex           there is no usable index (index.store.snapshot)
├── ModelError        a bundled model cannot be had (index.cache)
├── ModelUnavailable  the chat model does not answer (assistant.model.chat)
└── QuestionError     the question cannot be taken (assistant.pipeline)
"""

from __future__ import annotations


class ZhengdaError(Exception):
    """Something that the user can mend; the message says how, in Chinese."""
