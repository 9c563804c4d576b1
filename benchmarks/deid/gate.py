"""Generated documents with planted people: in how many can a name still be read?

    python -m benchmarks.deid.gate [--documents 500] [--policy FILE] [--show]

Documents as teams have them (letters, tickets, minutes, transcripts, records, chats, reports), half
Chinese and half English. Each plants two to five people; names come from Faker's lists of many
countries and, in Chinese, from surnames and characters of this file. What stands afterwards is
searched for each planted name, whole or, of names in several parts, any part of four letters or
more. The recognisers were not tuned on these documents.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path
from typing import Any

import yaml
from faker import Faker

from deid.engine.deidentify import deidentify, keys_for
from deid.engine.policy import parse

ROOT = Path(__file__).resolve().parents[2]
SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任"
    "姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
GIVEN = (
    "伟芳娜秀英敏静丽强磊军洋勇艳杰涛明超霞平刚桂兰玉萍红辉玲鹏建国华志文海燕春梅雪婷欣怡子涵浩宇轩梓萱诗琪思源嘉懿俊熙雨桐"
    "若曦一诺奕辰沐阳可心佳琳博雅承泽书瑶锦程昊天安然"
)
COMPOUND = ("欧阳", "司马", "诸葛", "上官", "慕容", "令狐")
LOCALES = ("en_US", "en_GB", "en_IN", "de_DE", "fr_FR", "es_ES", "it_IT", "pl_PL", "nl_NL", "pt_BR")
ZH = (
    "会议纪要\n时间：周三下午\n参会人：{a}、{b}、{c}\n{a}汇报了上线进度，{b}认为风险在数据迁移。{c}会后整理材料发给大家。",
    "尊敬的{a}先生：\n您好！您反映的问题我们已转给{b}处理，预计三个工作日内答复。如有疑问请联系{c}。\n此致\n敬礼",
    "客服：您好，请问怎么称呼？\n客户：我姓{s}，叫{a}。\n客服：好的，订单收货人是{b}对吗？\n客户：对，她是我爱人。",
    "姓名：{a}\n性别：女\n主治医生：{b}\n家属：{c}（丈夫）\n主诉：反复头痛两周，由{c}陪同来院。",
    "{a}，男，1985年生，本科学历。2008年加入公司，历任工程师、项目经理，现任技术总监，直接上级为{b}。",
    "今天面试了两个人，{a}基础不错但是经验少，{b}做过支付，我和{c}都倾向要{b}。",
    "原告{a}与被告{b}买卖合同纠纷一案，本院受理后，依法由审判员{c}独任审判。原告{a}到庭参加诉讼。",
    "转账备注：{a}借款\n收款人{b}\n昨天{a}说下周还，我让{b}先记着。",
    "家长们好，本周值日：周一{a}，周二{b}，周三{c}，周四{d}。请{a}的家长记得带扫帚。",
    "项目日志：{a}修复了登录超时的问题，{b}复核通过；{c}反馈安卓端仍有闪退，已指派给{a}。",
    "据悉，{a}于昨日抵达北京，与{b}举行会谈。{c}等陪同出席。{a}表示，双方将继续深化合作。",
    "群公告：团建定在周六，{a}负责订车，{b}统计人数，没报名的找{b}。@{c} 你来不来？",
    "兹证明{a}同志系我单位职工，现任会计，月收入八千元。经办人：{b}",
    "老师，{a}今天发烧不去学校了，作业麻烦{b}同学帮忙带一下，谢谢。——{c}妈妈",
    "工单备注：用户{a}来电投诉，前台{b}态度不好，值班经理{c}已致歉并补偿优惠券。",
    "教练：{a}再来一组！\n{a}：不行了……\n教练：{b}都做完了，你看{c}多认真。",
    '{{"author": "{a}", "reviewer": "{b}", "comment": "{c}提的建议已采纳，感谢{c}"}}',
    "序号,员工,部门,紧急联系人\n1,{a},财务部,{b}\n2,{c},人事部,{d}",
    "我外婆叫{a}，当年和{b}在同一个厂里上班，后来介绍我妈认识了我爸{c}。",
    "译者{a}在后记里写道，没有编辑{b}的坚持，这本书不会出版；{c}校对了全部注释。",
)
EN = (
    "Minutes of the weekly meeting\nPresent: {a}, {b}, {c}\n{a} reported on the migration. {b} thinks the risk is in the data. {c} will send the notes.",
    "Dear {a},\n\nThank you for your letter. I have asked {b} to look into it and {c} will call you back by Friday.\n\nKind regards,\n{d}",
    "Agent: Thanks for calling, who am I speaking with?\nCaller: This is {a}.\nAgent: And the parcel was addressed to {b}?\nCaller: Yes, {b} is my neighbour.",
    "Patient: {a}\nAttending: Dr. {b}\nNext of kin: {c}\nHistory: {a} presented with chest pain. Seen by {b}, discussed with {c}.",
    "{a} joined us in 2011 and has led the payments team since. Before that, {a} worked with {b} at a start-up. Reports to {c}.",
    "interviewed two people today, {a} is solid but junior, {b} has done payments before. {c} and i both lean towards {b}",
    "The claimant, {a}, alleges that the defendant, {b}, failed to deliver. Judge {c} heard the matter on Tuesday.",
    "hey, can you tell {a} that the keys are with {b}? {c} forgot them again lol",
    "Duty roster: Monday {a}; Tuesday {b}; Wednesday {c}; Thursday {d}. Please swap with {b} if you cannot come.",
    "Changelog: {a} fixed the login timeout, reviewed by {b}. {c} still sees crashes on Android; assigned to {a}.",
    'PARIS - {a} arrived on Monday for talks with {b}. A spokesman for {c} declined to comment. "We will go on," {a} said.',
    "From: {a}\nTo: {b}\nCc: {c}\nSubject: Invoice\n\nHi {b}, please find the invoice attached. {c} has approved it.\n\n{a}",
    "This is to certify that {a} is employed with us as an accountant. Issued by {b}, Human Resources.",
    "Mrs {a} called: her son is ill and will miss class. {b} will bring the homework. Signed, {c}",
    "Ticket 4411: customer {a} complained about {b} at the front desk; duty manager {c} apologised and gave a voucher.",
    "My grandmother, {a}, worked at the mill with {b}, who later introduced my mother to {c}.",
    '{{"author": "{a}", "reviewer": "{b}", "comment": "done as {c} asked, thanks {c}"}}',
    "id,employee,department,emergency contact\n1,{a},Finance,{b}\n2,{c},HR,{d}",
    "In the acknowledgements the translator, {a}, writes that without {b} the book would not exist; {c} checked every note.",
    "Q: How do you know {a}?\nA: We were at school together, with {b}.\nQ: And was {c} there that night?\nA: No, only {a}.",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=500)
    parser.add_argument("--policy", type=Path, default=ROOT / "deid" / "strict_policy.yaml")
    parser.add_argument("--show", action="store_true", help="the names that can be read, in place")
    options = parser.parse_args()
    policy = parse(labelled(yaml.safe_load(options.policy.read_text("utf-8"))))
    documents = list(made(options.documents))
    texts = [text for text, _names in documents]
    results = [deidentify(policy, [text], keys_for(1)).texts[0] for text in texts]
    for language in ("zh", "en"):
        own = [
            (text, names, result)
            for number, ((text, names), result) in enumerate(zip(documents, results, strict=True))
            if number % 2 == (language == "en")
        ]
        left = [(one, readable(one[1], one[2])) for one in own]
        people = sum(len(names) for _text, names, _result in own)
        open_documents = sum(bool(names) for _one, names in left)
        open_names = sum(len(names) for _one, names in left)
        print(
            f"{language}: {len(own)} documents with {people} people; a name can be read in "
            f"{open_documents} ({open_documents / len(own):.1%}), {open_names} names in all"
        )
        for (_text, _names, result), names in left if options.show else ():
            if names:
                print(f"  {names}: {result!r}")


def labelled(content: dict[str, Any]) -> dict[str, Any]:
    """The policy with labels in place of surrogates: one of them may be a planted name by chance."""
    return content | {
        "default": "replace",
        "entities": dict.fromkeys(content["entities"], "replace"),
    }


def made(count: int, seed: int = 500) -> Any:
    """(text, planted names) of each document, Chinese and English by turns."""
    chance = random.Random(seed)  # nosec B311 # no secret
    makers = [Faker(locale) for locale in LOCALES]
    for number, maker in enumerate(makers):
        maker.seed_instance(seed + number)
    for number in range(count):
        chinese = number % 2 == 0
        template = chance.choice(ZH if chinese else EN)
        names: dict[str, str] = {}
        for slot in "abcd":
            if f"{{{slot}}}" in template:
                names[slot] = _chinese(chance) if chinese else _foreign(chance, makers)
        yield template.format(**names, s=names["a"][0]), list(names.values())


def _chinese(chance: random.Random) -> str:
    surname = chance.choice(COMPOUND) if chance.random() < 0.03 else chance.choice(SURNAMES)
    return surname + "".join(chance.choices(GIVEN, k=1 if chance.random() < 0.25 else 2))


def _foreign(chance: random.Random, makers: list[Faker]) -> str:
    maker = chance.choice(makers[:3]) if chance.random() < 0.6 else chance.choice(makers)
    return f"{maker.first_name()} {maker.last_name()}"


def readable(names: list[str], result: str) -> list[str]:
    """Those of the names that stand in the result, whole or in a part that tells who it is."""
    return [
        name
        for name in names
        if any(part in result for part in [name, *(one for one in name.split() if len(one) > 3)])
    ]


if __name__ == "__main__":
    main()
