"""Chinese organisations: what the network finds, and words that end their names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deid.engine.recognition import types as t
from deid.engine.recognition.chinese import ChineseText
from deid.engine.recognition.lexicon import blocks
from deid.engine.recognition.recall import Recall
from deid.engine.recognition.types import Span

_SUFFIX = (
    r"(?:股份有限公司|有限责任公司|有限公司|分公司|子公司|集团公司|集团|公司|合伙企业|事务所|工作室|研究院|研究所|实验室|设计院|医学院|学院|大学|"
    r"中学|小学|幼儿园|附中|附小|实验学校|职业技术学校|技校|学校|卫生院|卫生服务中心|卫生所|诊所|门诊部|妇幼保健院|中医院|医院|支行|分行|营业部|"
    r"农商行|信用社|银行|人民法院|法院|检察院|派出所|公安局|分局|交警大队|税务局|管理局|监督局|教育局|卫健委|委员会|居委会|村委会|人民政府|政府|"
    r"基金会|协会|学会|商会|合作社|俱乐部|保险公司|证券|科技|律所|会计师事务所|律师事务所|出版社|电视台|报社|杂志社|养老院|福利院|服务站|加油站|"
    r"酒店|宾馆|饭店|餐厅|超市|药房|大药房|书店|工厂|制造厂|厂|商行|经营部|服务部|有限公司分公司|物业|銀行|醫院|大學|公司|學院|學校|事務所)"
)
_ENDS = re.compile(_SUFFIX)
_STRONG = re.compile(
    r"(?:公司|集团|事务所|研究院|研究所|大学|学院|中学|小学|幼儿园|医院|卫生院|支行|分行|派出所|公安局|法院|检察院|银行|委员会|合作社|出版社|"
    r"基金会|保健院|卫生服务中心|诊所|分局|学校|工作室|协会|銀行|醫院|大學|附中|律所|信用社|实验室|设计院|税务局|管理局|教育局|酒店|药房|俱乐部|厂)$"
)
_GENERIC = re.compile(
    r"^(?:本|我|贵|该|此|各|某|这|那|哪|你|他|她|几|多|一|两|全|新|老|大|小|原|总|分|子|母|上市|外|私|国|民营|外贸|科技|互联网|我们|你们|他们|当地|附近|"
    r"知名|大型|小型|一些|那些|这些|这家|那家|某家|一家|两家|几家|每家|保险|物流|快递|搬家|装修|软件|游戏|广告|旅游|证券|贸易|三甲|公立|私立|综合|专科|定点|社区|"
    r"重点|普通|开户|发卡|商业|中央|网上|手机|合作|对方|甲方|乙方|第三方|母婴|连锁|五星级|星级|招商|初级|高级|地方|基层|上级|物业|通信|快捷|"
    r"就诊|转诊|住院|到|去|在|从|离开|前往|加入|考上|毕业|就读|任职|所在|工作|用人|录用|现在|目前|以前|之前|最近|孩子|整个|另外|别的|其他|有关|相关)*"
    rf"{_SUFFIX}$"
)
_INSIDE = (
    "ORG",
    "LOC",
    "nz",
    "n",
    "nt",
    "ns",
    "nw",
    "PER",
    "vn",
    "j",
    "an",
    "s",
    "f",
    "a",
    "m",
    "v",
    "xc",
    "t",
    "TIME",
)
_STOPS = frozenset(blocks("organisations_zh.txt")["STOPS"])
_MAX = 26
_HAN_NAME = re.compile(r"[\u3400-\u9fff]{2}")
_MODEL = re.compile(r"[A-Za-z0-9]")  # 小米14 is what a firm makes
_COUNTED = re.compile(r"[一二两三四五六七八九十几数多各每0-9][家个所间名]")


def chinese_organisations(chinese: ChineseText) -> Iterator[Span]:
    """Companies, hospitals, schools, offices with a name of their own; 我们公司 is none."""
    if not chinese.words:
        return
    yield from _tagged(chinese)
    yield from _by_suffix(chinese)


def _tagged(chinese: ChineseText) -> Iterator[Span]:
    words = chinese.words
    for index, word in enumerate(words):
        if word.tag != "ORG":
            continue
        start = word.start
        for before in reversed(words[max(index - 4, 0) : index]):
            if before.tag not in ("LOC", "ORG") or before.end != start:
                break
            start = before.start
        name = chinese.text[start : word.end]
        if len(name) < 2 or _GENERIC.match(name) or _COUNTED.match(name):
            continue
        if len(name) >= 4 and _STRONG.search(name):
            yield Span(start, word.end, t.ORGANIZATION, 0.85, "network")
        else:
            sure = _HAN_NAME.match(name) and not _MODEL.match(chinese.text, word.end)
            level = Recall.BALANCED if sure else Recall.HIGH
            yield Span(start, word.end, t.ORGANIZATION, 0.5, "network", level)


def _by_suffix(chinese: ChineseText) -> Iterator[Span]:
    """Back from 有限公司, 医院 ... over the words that can be of the name."""
    at = 0
    for match in _ENDS.finditer(chinese.text):
        if match.start() < at or not _STRONG.search(match[0]) or not chinese.is_edge(match.end()):
            continue
        if match[0] == "小学" and chinese.text[match.start() - 1 : match.start()] == "中":
            continue
        start = _start(chinese, match.start(), match.end(), at)
        name = chinese.text[start : match.end()]
        if start >= match.start() or len(name) - len(match[0]) < 2 or _GENERIC.match(name):
            continue
        end = _branch(chinese, match.end())
        at = end
        if _has_name(chinese, start, match.start()):
            yield Span(start, end, t.ORGANIZATION, 0.8, "suffix")
        else:
            yield Span(start, end, t.ORGANIZATION, 0.6, "suffix", Recall.HIGH)


def _has_name(chinese: ChineseText, start: int, suffix: int) -> bool:
    """Whether what stands before the suffix is a name rather than a phrase: 诉至法院, 参观实验室."""
    if _COUNTED.search(chinese.text, start, suffix):
        return False
    words = [word for word in chinese.words_between(start, suffix) if word.end <= suffix]
    if any(word.tag in ("LOC", "ORG", "nz", "nw") for word in words):
        return not any(word.tag in ("d", "p", "r", "u") for word in words)
    phrase = any(word.tag in ("v", "d", "p", "r", "u", "c", "TIME", "t") for word in words)
    return not phrase and not chinese.is_prose_at(start)


_BRANCH = re.compile(
    r"(?:\([\u3400-\u9fff]{2,8}\)|[\u3400-\u9fff]{2,8}?)(?:分公司|支行|分行|分院|校区|院区|营业部|分局|附属医院)"
)


def _branch(chinese: ChineseText, end: int) -> int:
    """招商银行 + 杭州城西支行."""
    match = _BRANCH.match(chinese.text, end)
    return match.end() if match and chinese.is_edge(match.end()) else end


def _start(chinese: ChineseText, suffix: int, end: int, lowest: int) -> int:
    index = chinese.index_at(suffix)
    place = suffix
    while index >= 0:
        word = chinese.words[index]
        text = chinese.of(word)
        if word.start < lowest or end - word.start > _MAX:
            break
        if word.end <= suffix and (
            word.end != place or (word.tag not in _INSIDE and text not in "()&") or text in _STOPS
        ):
            break
        if text == "(" and ")" not in chinese.text[word.end : end]:
            break
        if word.tag in ("v", "xc", "m", "a", "f") and len(text) > 3 and word.end <= suffix:
            break
        place = word.start
        index -= 1
    return place
