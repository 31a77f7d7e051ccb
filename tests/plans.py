"""A small library of invented plans of real cities: one in force, one stopped, one report, one lapsed interpretation.

No city ever issued any of this. Used to build an index in a temporary folder without any model.
"""

from __future__ import annotations

from pathlib import Path

from assistant.evidence.retrieve import as_evidence, as_source
from assistant.types import Source
from index.build import build
from index.search import Index
from index.store.embed import HashEmbedder
from index.types import Document

NINGBO = """甬海办〔2019〕17号
关于印发《宁波市智慧港湾建设实施方案》的通知
各区县(市)人民政府,市级有关单位:
现将《宁波市智慧港湾建设实施方案》印发给你们，请认真组织落实。
宁波市人民政府办公厅
2019年4月12日
宁波市智慧港湾建设实施方案
为让港口、渔业和海洋旅游用上数字技术，结合本市沿海实际，制定本方案。
一、总体目标
到2024年，智慧港湾的基础框架基本建成，主要指标如下：
——码头更聪明。无人集卡达到120辆，远控桥吊40台以上，集装箱周转效率提高15%。
——渔业更透明。联网渔船3000艘，渔获网上交易额超过25亿元。
——海岛更便利。海岛5G基站200座，票务网上办理率达到95%。
二、重点任务
(一)智慧码头
1.改造集装箱码头。推广无人集卡和远程操控桥吊，码头作业数据每10分钟更新一次。(市港航局牵头，市交通局、市经信局配合)
2.建设潮汐监测网。在近岸布设潮汐传感器500个，监测数据不得用于商业推送。(市海洋局牵头，市气象局配合)
(二)智慧渔业
3.推行渔船联网。为渔船加装北斗终端，每艘补助1800元，补助资金由市财政承担60%。(市海洋局牵头，市财政局配合)
4.开设网上鱼市。鼓励渔民合作社在网上鱼市直销渔获，交易全程可追溯。(市商务局牵头，市海洋局、市市场监管局配合)
(三)智慧海岛
5.开通海岛票务平台。渡轮、民宿和景点门票统一在海岛票务平台预订。(市文旅局牵头，市交通局配合)
三、保障措施
(一)资金保障。设立智慧港湾专项资金2亿元，分三年拨付。
(二)人才保障。每年培养海洋数据工程师300名，对骨干人才发放安家补贴。
(三)安全保障。港口数据应当在本地备份，每季度演练一次。
"""

QINGDAO = """索引号: | 00512345/2018-00031 | 公开范围: | 全社会 |
发布机构: | 青岛市人民政府办公室 | 公开日期: | 2018-03-09 |
主题分类: | 工业 | 发文字号: | 青政办字〔2018〕9号 |
各区、市人民政府，市政府各部门:
现将《啤酒酿造数字化改造行动计划》印发给你们，请遵照执行。
青岛市人民政府
2018年3月5日
青岛市啤酒酿造数字化改造行动计划(2018-2021年)
本计划用来推动全市酿造企业用好传感、云端和数据技术，提高品质，节约能耗。
一、工作原则
1.企业为主。由酿造企业自己决定改造的先后次序。
2.节水优先。改造项目先看节水效果，再看产量。
3.稳妥推进。先试点，后推广，不搞一刀切。
二、行动目标
到2021年，全市建成智慧酿造车间36个，吨酒耗水下降20%，酿造企业上云率达到70%。
三、主要任务
(一)改造车间
1.智慧酿造车间。对建成智慧酿造车间的企业，一次性奖励50万元。(市工信局牵头，市财政局、市水务局配合)
2.冷链配送网络。用温度传感器跟踪每一箱鲜啤，配送误差不超过2小时。(市商务局牵头，市交通局配合)
(二)培训工匠
3.酿造工匠学校。每年培训数字酿酒师800人，学员学费全免。(市人社局牵头，市教育局配合)
备注:该文件自2020年6月1日起停止执行
"""

KUNMING = """《昆明市智慧花卉行动计划(2015-2017年)》政策解读
来源:昆明市农业农村局
发布日期:2015-07-20
近日，昆明市印发《昆明市智慧花卉行动计划(2015-2017年)》，现就主要内容解读如下。
一、出台背景
花卉产业是昆明的名片，但鲜切花损耗高、拍卖信息不畅，花农迫切需要数字化的交易手段。
二、主要目标
到2017年，花卉电子拍卖额达到18亿元，鲜切花损耗率降到12%以下，建成智慧温室260座。
三、保障措施
主要采取三条措施：一是建立花卉数据中心，汇集种植、拍卖和物流数据；二是给花农发放数字培训券，每户每年400元；三是组建花卉专家服务团，常年下乡指导。
"""

DALIAN = """大连发布樱桃产业数字化新举措
来源:滨城晚报
发布时间:2021-05-18
本报讯 记者近日获悉，大连市出台《大连市数字樱桃园建设意见》，用三年时间建设数字樱桃园150个。
《意见》提出，樱桃园要安装墒情传感器，做到按需灌溉；冷链企业可凭入库数据申请贷款，贷款贴息比例为30%。
据了解，首批数字樱桃园已经完成验收45个，果农平均每亩增收2600元。
"""

FERRIES = """河曲市渡船条例
2021年3月4日河曲市人民代表大会常务委员会通过
第一章 总则
第一条 为了规范渡船营运，保障乘客安全，制定本条例。
第二条 本条例适用于本市行政区域内的渡船。
第二章 渡船
第三条 有下列情形之一的，渡船不得开航：
（一）风力超过六级的；
（二）超过核定载客人数的。
第四条 渡船应当配备救生衣。船员应当持证上岗。
第三章 附则
第五条 本条例自2021年6月1日起施行。
"""
TEXTS = {"宁波.txt": NINGBO, "青岛.txt": QINGDAO, "昆明.txt": KUNMING, "大连.txt": DALIAN}


def write(folder: Path, **more: str) -> Path:
    """The plans as files of `folder`, with `more` texts by bare file name."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {**TEXTS, **{f"{name}.txt": text for name, text in more.items()}}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def built(folder: Path, **more: str) -> Index:
    """An index of the plans below `folder`."""
    write(folder / "docs", **more)
    return indexed(folder)


def indexed(folder: Path) -> Index:
    """An index of the texts in `folder`/docs, whatever they are."""
    build(folder / "docs", folder / "index", HashEmbedder())
    return Index.open(folder / "index", HashEmbedder())


def plan(index: Index, region: str) -> Document:
    """The plan of `region`, which has one."""
    (found,) = [d for d in index.documents if d.region == region]
    return found


def source(index: Index, words: str) -> Source:
    """The first sentence of the plans that holds `words`, as a source of evidence."""
    for document in index.documents:
        at = document.text.find(words)
        if at >= 0:
            spans = index.passage_at(document.id, at).sentences
            span = next(s for s in spans if s.start <= at < s.end)
            return as_source(index, as_evidence(index, document, span))
    raise ValueError(f"no plan says {words}")
