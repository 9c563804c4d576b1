"""Made-up people, places and firms that fill the training texts; nobody in them is real."""

from __future__ import annotations

import random
import re
from collections import Counter
from pathlib import Path

from deid.engine.recognition.name_words_zh import COMMON, COMPOUND, SURNAMES

# The hundred commonest first, so that an exponential choice is like the census.
_BY_FREQUENCY = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金"
    "陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_TITLES = (
    "总 总 总 工 哥 姐 哥 姐 经理 老师 医生 主任 师傅 先生 女士 小姐 阿姨 叔叔 大爷 大姐 院长 校长 局长 处长 科长 部长 书记 律师 警官 教授 博士 会计 队长 "
    "班长 秘书 助理 主管 总监 老板 护士 大夫 教练 导 董 太太 婶 嫂 叔 姨 伯伯 爷爷 奶奶 妈妈 同学 店长 厂长 行长 法官 记者"
).split()
_NICKS = (
    "糖糖 豆豆 胖虎 大熊 可乐 布丁 果果 乐乐 妞妞 丫丫 毛毛 皮皮 球球 石头 铁柱 二狗 狗蛋 小鱼儿 阿呆 猴子 老鬼 大头 耗子 竹竿 眼镜 团子 奶茶 芝麻 核桃 年年 "
    "安安 星星 月月 囡囡 萌萌 嘟嘟 柚子 桃子 橙子 栗子 土豆 番茄 瓜瓜 鱼丸 包子 馒头 饺子 丸子 小满 立夏 冬至 初一 十三 老幺 三儿 四毛 六子 七七 九九 "
    "小怪兽 大魔王 喵喵 呆呆 小丸子 米粒 布布 朵朵 蛋蛋 虎子 牛牛 兔兔"
).split()
_MINORITY = (
    "买买提 阿依古丽 扎西 卓玛 次仁 达瓦 央金 格桑 多吉 尼玛 旺堆 巴特尔 乌兰 娜仁 其其格 苏和 阿尔斯楞 艾力 古丽娜尔 努尔兰 吐尔逊 热依汗 阿布都拉 玉素甫 帕提曼 迪丽努尔 "
    "艾尔肯 哈力克 木合塔尔 赛力克 叶尔肯 扎西顿珠 白玛央金 索朗旺姆 益西 德吉 普布 边巴 洛桑 强巴 罗布 措姆 阿旺 拉姆 日旺 吉克 阿木 沙马 马赫 曲比 布赫 那顺 "
    "孟和 图雅 萨仁 高娃 斯琴 塔娜 朝鲁 宝音 哈斯 阿拉腾 牧其尔 金达莱 尼格买提 热西提 依力哈木 凯赛尔 阿里木 米热古丽 古力扎 莎车 帕尔哈提"
).split()
_LATIN = (
    "Emily David Kevin Tony Amy Lily Jason Eric Vivian Jack Lucy Helen Grace Leo Ivy Frank Nancy Peter Linda Ken Ben Cindy Alice Bob Mia Zoe Sam Judy Ray Joyce "
    "Hank Fiona Stella Oscar Daisy Hugo Iris Nina Max Rita Simon Tina Victor Wendy Yuki Andy Bella Carl Dora Elsa Felix Gina Henry Irene Jerry Kelly Lance Megan "
    "Noah Olivia Paul Queenie Rose Sean Tom Una Vera Will Xena Yoyo Zack Ada Bruce Coco Derek"
).split()
_LAST = "Chen Wang Li Zhang Liu Smith Brown Wu Huang Lin Wong Chan Lee Kim Tan Garcia Müller Novak Ho Yip".split()
_PINYIN = (
    "wang li zhang liu chen yang zhao huang zhou wu xu sun ma zhu hu guo he lin gao luo",
    "wei fang na min jing qiang lei jun yong jie juan tao ming chao xia ping gang hui xiaoming jianguo xiaoli zihan yuxuan haoran meiling tianyu siyuan",
)
_FIRMS = (
    "华信 宏远 天成 瑞丰 金桥 海川 中联 东方 新希望 恒通 九州 光明 利民 博雅 明德 启航 安泰 同济 仁和 华星 蓝天 盛世 万里 长城 龙腾 信达 三和 百川 远大 永兴"
).split()
_ENDS = (
    "有限公司 科技有限公司 集团 股份有限公司 银行 大学 中学 第一小学 人民医院 中医院 研究所 律师事务所 出版社 公安局 教育局 法院 俱乐部 协会 学院 幼儿园 酒店 "
    "交通大学 师范大学 证券 保险公司 制药厂 电视台 基金会 实验学校 日报社 足球俱乐部"
).split()
_SHORT_FIRMS = "华信 中石化 央视 国安 鲁能 申花 工行 建行 中行 北大 清华 复旦 新华社 联通 移动 中铁 万科 鞍钢 宝钢 一汽 巴萨 皇马 国际奥委会 世贸组织 北约 欧盟 世卫组织 证监会".split()  # fmt: skip
# Words that are somebody's name now and then: only what stands around them tells.
_WORDS = (
    "高兴 白雪 黄河 向阳 明月 王国 黄金 张扬 江山 康乐 安宁 安静 平安 马力 马达 方圆 方正 方程 常青 常胜 高峰 高山 高原 高歌 高明 高尚 高远 高洁 高大 金星 金光 金子 金沙 白云 白杨 白鹤 白露 白桦 白帆 黄鹤 "
    "黄昏 黄莺 黄海 黄花 江河 江南 江湖 江海 江波 秋叶 秋水 秋实 夏天 夏雨 夏至 文静 文明 文雅 文学 温柔 温馨 温暖 雷雨 雷鸣 雷霆 雷达 元旦 元宝 关键 关爱 关心 成功 成长 成就 程序 时光 时间 凌晨 凌云 凌空 "
    "海洋 叶子 林海 林荫 林立 石头 石榴 石油 石英 田野 田园 田间 童话 童年 童心 车轮 车辙 宋词 唐诗 史诗 史记 任意 任性 任重 任务 于是 于飞 何必 何处 何方 何苦 何时 余波 余音 余晖 余地 左右 左岸 万里 万千 "
    "万物 万象 万幸 易经 易水 骆驼 熊猫 牛奶 马上 马路 马灯 蓝天 蓝图 红叶 黎明 胡琴 胡杨 胡同 许诺 许愿 许可 许多 梅雨 梅花 杨柳 杨梅 柳絮 柳叶 柳树 桂花 桂林 花蕾 花朵 苗条 毛毯 毛线 严格 严肃 严谨 严明 "
    "严冬 庄严 庄重 庄园 武术 武器 章程 章节 计划 计算 纪念 纪律 季节 季风 项目 项链 包容 包涵 陶醉 陶瓷 龙舟 龙井 荣誉 荣幸 荣光 简单 简朴 简洁 景色 景致 丰收 丰富 富强 富贵 富饶 丁香 卓越 单纯 古典 盛夏 "
    "盛开 方便 方向 方法 乐观 和平 和谐 和气 和风 舒畅 舒心 舒展 冷静 冷杉 晨曦 国庆 国强 建国 鲁莽 鲁班 邱陵 沙漠 沙鸥 游泳 游子 游龙 解放 解答 常规 常识 全能 全胜 连接 连城 岳麓 金融 金属 金枝 应允 应声 "
    "应许 华丽 华章 华山 甘露 甘泉 甘草 康健 祝福 祝愿 祝贺 钟声 钟情 钟爱 乔木 施展 施工 谷雨 谷子 顾盼 顾全 韩流 魏碑 彭湃 郑重 谈笑 曲折 曲调 齐全 齐心 水清 苏醒 安康 安然 安心 安详 贺喜 贺岁 贺卡 司南 "
    "司机 尚可 尚武 终南 终结 明亮 明珠 明镜 明媚 容易 容颜 牧歌 牧野 牧童 古风 古道 沈静 巧云 云霄 云海 云烟 云彩 景行 步步 步云 幸福 幸运 孔雀 蒙恩 双喜 双全 喜乐 欣然 能干 辛勤 辛苦 宁静 宁馨 方针 方舟 "
    "高度 高潮 高扬 高亮 高清 程度 应该 相思 相知 向导 向往 向日葵 白天 白日 白描 黄土 黄梅 水仙 "
).split()
_ROADS = "人民路 中山北路 建设大道 解放街 和平里 科技园路 友谊路 长江东路 文昌巷 学府街 滨江大道 湖滨路".split()
_ESTATES = "阳光花园 锦绣苑 翠湖小区 碧水家园 金色港湾 幸福里 紫荆公寓 望江新村".split()


class Words:
    """A dictionary's names, places and words of the form `word frequency tag` (jieba's)."""

    def __init__(self, path: Path) -> None:
        self.names: list[str] = []
        self.foreign: list[str] = []
        self.places: list[str] = []
        self.others: dict[str, list[str]] = {}
        """By tag and length, as in n2: what may stand in each other's place."""
        words: list[str] = []
        for line in path.read_text("utf-8").splitlines():
            word, frequency, tag = line.split()
            if re.fullmatch("[\u4e00-\u9fff]{2,7}", word):
                self._sort(word, int(frequency), tag, words)
        characters = Counter(one for name in self.names for one in name[1:])
        self.characters = sorted(characters)
        self.weights = [characters[one] ** 0.75 for one in self.characters]
        self.given = sorted({name[1:] for name in self.names if len(name) == 3})
        # Words that could be names: of two characters, the second such as names are made of.
        self.words = [one for one in words if len(one) == 2 and characters[one[1]] >= 120]

    def _sort(self, word: str, frequency: int, tag: str, words: list[str]) -> None:
        if len(word) <= 4 and tag in ("n", "v", "vn", "a", "ad", "an", "d", "nz", "b", "z", "s"):
            # Common words come more often, but rare ones are what is to be learned.
            self.others.setdefault(f"{tag}{len(word)}", []).extend([word] * min(frequency, 3))
        if tag == "nrt" or (tag == "nr" and len(word) >= 4):
            self.foreign.append(word)
        elif tag.startswith("nr") and len(word) <= 3 and word[0] in SURNAMES:
            self.names.append(word)
        elif tag == "ns" and len(word) <= 5:
            self.places.append(word)
        elif len(word) <= 3 and word[0] in COMMON and frequency >= 5:
            if tag in ("n", "a", "v", "vn", "an", "nz", "t", "l", "i", "s"):
                words.append(word)


class People:
    """Draws a name of each kind that the templates ask for."""

    def __init__(self, words: Words, rng: random.Random) -> None:
        self.words, self.rng = words, rng
        self._surnames = sorted(one for one in SURNAMES if len(one) == 1)

    def surname(self) -> str:
        draw = self.rng.random()
        if draw < 0.03:
            return self.rng.choice(sorted(COMPOUND))
        if draw < 0.78:
            place = int(self.rng.expovariate(1 / 28))
            return _BY_FREQUENCY[min(len(_BY_FREQUENCY) - 1, place)]
        return self.rng.choice(self._surnames)

    def character(self) -> str:
        return self.rng.choices(self.words.characters, self.words.weights)[0]

    def full(self) -> str:
        """张伟明, 欧阳雪, and in an eighth of all cases a word: 高兴."""
        draw = self.rng.random()
        if draw < 0.36:
            return self.surname() + self.character() + self.character()
        if draw < 0.52:
            return self.surname() + self.rng.choice(self.words.given)
        if draw < 0.72:
            return self.surname() + self.character()
        if draw < 0.82:
            return self.rng.choice(self.words.names)
        return self.word()

    def word(self) -> str:
        """A name that is a word, or has one behind the surname: 高兴, 王国庆, 李和平."""
        draw = self.rng.random()
        if draw < 0.65:
            return self.rng.choice(_WORDS if draw < 0.5 else self.words.words)
        return self.surname() + self.rng.choice(_WORDS)

    def given(self) -> str:
        draw = self.rng.random()
        if draw < 0.15:
            return self.rng.choice(_WORDS)
        return (
            self.rng.choice(self.words.given) if draw < 0.7 else self.character() + self.character()
        )

    def nick(self) -> str:
        draw, char = self.rng.random(), self.character()
        if draw < 0.25:
            return self.rng.choice(_NICKS)
        if draw < 0.4:
            return char + char
        if draw < 0.6:
            return self.rng.choice("小阿小大") + char
        if draw < 0.75:
            return char + self.rng.choice("姐哥儿子妹宝总爷姨仔")
        if draw < 0.85:
            return self.given()
        return self.rng.choice("小阿老大") + self.surname()

    def familiar(self) -> str:
        return self.rng.choice("老老老小小阿大") + self.surname()[:1]

    def titled(self) -> str:
        return self.surname() + self.rng.choice(_TITLES)

    def foreign(self) -> str:
        one = self.rng.choice(self.words.foreign)
        if self.rng.random() < 0.7:
            return one
        return one[:4] + "·" + self.rng.choice(self.words.foreign)[:5]

    def dotted(self) -> str:
        return "·".join(self.rng.choice(self.words.foreign)[:4] for _ in range(2))

    def minority(self) -> str:
        one = self.rng.choice(_MINORITY)
        return one if self.rng.random() < 0.5 else one + "·" + self.rng.choice(_MINORITY)

    def latin(self) -> str:
        draw, name = self.rng.random(), self.rng.choice(_LATIN)
        if draw < 0.55:
            return name
        if draw < 0.7:
            return name.lower() if self.rng.random() < 0.6 else name.upper()
        if draw < 0.88:
            return f"{name} {self.rng.choice(_LAST)}"
        return name + self.rng.choice(("姐", "哥", "老师", "总"))

    def hong_kong(self) -> str:
        draw = self.rng.random()
        return "阿" + (self.rng.choice(_LATIN) if draw < 0.4 else self.character())

    def pinyin(self) -> str:
        last, first = (self.rng.choice(one.split()) for one in _PINYIN)
        joined = self.rng.choice(("", " "))
        draw = self.rng.random()
        if draw < 0.4:
            return last + joined + first
        if draw < 0.8:
            return last.capitalize() + " " + first.capitalize()
        return last.upper() + " " + first.capitalize()

    def spaced(self) -> str:
        name = self.surname()[:1] + self.character() + self.rng.choice(("", self.character()))
        return self.rng.choice((" ", " ", "　", "  ")).join(name)

    def place(self) -> str:
        return self.rng.choice(self.words.places)

    def firm(self) -> str:
        draw = self.rng.random()
        if draw < 0.25:
            return self.rng.choice(_SHORT_FIRMS)
        where = self.place() if draw < 0.75 else ""
        return where + (self.rng.choice(_FIRMS) if draw < 0.9 else "") + self.rng.choice(_ENDS)

    def address(self) -> str:
        rng = self.rng
        street = f"{rng.choice(_ROADS)}{rng.randint(1, 400)}号"
        door = f"{rng.choice(_ESTATES)}{rng.randint(1, 30)}栋{rng.randint(1, 4)}单元{rng.randint(1, 30)}0{rng.randint(1, 4)}室"
        return self.place() + rng.choice((street, door, street + door))

    def like(self, name: str) -> str:
        """Another name of the kind that this one seems to be of."""
        if "·" in name or len(name) > 4:
            return self.foreign()
        if len(name) == 1:
            return self.surname()
        return self.full() if self.rng.random() < 0.85 else self.foreign()
