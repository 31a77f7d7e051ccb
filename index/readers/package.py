"""ZIP files and the XML in them, guarded: entries, sizes and ratios are checked before anything is unpacked."""

from __future__ import annotations

import io
import zipfile
import zlib

from lxml import etree

from index.readers.reading import Limits, Reason, Refused

_ENCRYPTED = 0x1
_UTF8 = 0x800
_ALWAYS_FINE = 20 << 20
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    etree.LxmlError,
)


class Package:
    """A ZIP file in memory; raises Refused if it is damaged or would unpack to more than `limits` allow."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            infos = self._zip.infolist()
        except DAMAGED as error:
            raise Refused(Reason.DAMAGED, "压缩包已损坏或不完整。请重新下载或另存后再放入。") from error
        unpacked = sum(info.file_size for info in infos)
        if len(infos) > limits.entries:
            raise Refused(
                Reason.TOO_LARGE, f"里面有 {len(infos)} 个文件，超过上限 {limits.entries} 个。请拆分后再放入。"
            )
        if unpacked > limits.unpacked:
            size = f"展开后有 {unpacked >> 20} MB，超过上限 {limits.unpacked >> 20} MB"
            raise Refused(Reason.TOO_LARGE, f"{size}。请拆分后再放入。")
        if unpacked > _ALWAYS_FINE and unpacked > limits.ratio * len(data):
            raise Refused(
                Reason.HOSTILE, f"展开后是原来的 {unpacked // len(data)} 倍，像是压缩炸弹，没有展开。请核对来源。"
            )
        self._infos = {info.filename: info for info in infos if not info.is_dir()}

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the entries, folders left out, as the ZIP directory spells them."""
        return tuple(self._infos)

    def shown(self, name: str) -> str:
        """The name for people: older programs write it in GBK, which ZIP takes for CP437."""
        if self._infos[name].flag_bits & _UTF8:
            return name
        try:
            return name.encode("cp437").decode("gb18030")
        except UnicodeError:
            return name

    def size(self, name: str) -> int:
        """Bytes of the entry once unpacked, as the directory says; it is never unpacked to more."""
        return self._infos[name].file_size

    def data(self, name: str) -> bytes:
        """Bytes of the entry; raises Refused if there is none, or it is encrypted or damaged."""
        info = self._infos.get(name)
        if info is None:
            raise Refused(Reason.DAMAGED, f"缺少必需的部分 {name}，文件不完整。请重新下载或另存后再放入。")
        if info.flag_bits & _ENCRYPTED:
            raise Refused(Reason.ENCRYPTED, "有密码。请去掉密码后再放入。")
        try:
            return self._zip.read(info)
        except DAMAGED as error:
            raise Refused(Reason.DAMAGED, "压缩的内容已损坏。请重新下载或另存后再放入。") from error

    def xml(self, name: str) -> etree._Element:
        """Root of the XML entry."""
        return xml(self.data(name))


def xml(data: bytes) -> etree._Element:
    """Root of an XML text; raises Refused if it is damaged or has a DOCTYPE, the way to entity bombs and outside files."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refused(Reason.DAMAGED, "里面的 XML 已损坏。请用原软件另存一份再放入。") from error
    if root.getroottree().docinfo.doctype:
        raise Refused(Reason.HOSTILE, "里面的 XML 带有 DOCTYPE（可藏实体炸弹或外部引用），没有读取。请核对来源。")
    return root


def local(element: etree._Element) -> str:
    """The element's name without its namespace; "" for comments and instructions."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
