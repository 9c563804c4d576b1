"""The words of names, places and organisations, in a part for dev and a part for test."""

from __future__ import annotations

import random
from collections.abc import Sequence

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏"
    "卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯"
    "邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申"
    "尤毕聂焦向柳邢岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴"
)
COMPOUND = (
    "欧阳", "司马", "上官", "诸葛", "夏侯", "皇甫", "尉迟", "慕容", "令狐", "司徒", "东方",
    "南宫", "端木", "宇文", "长孙", "公孙",
)  # fmt: skip
GIVEN_CHARS = {
    "dev": (
        "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红鹏辉玲飞波斌宇浩凯倩欣怡佳"
        "雪琳婷慧莹颖洁璐晨阳峰亮建国志文海云天龙凤春秋冬兰竹菊松柏林森泽润雨露霜冰清雅思"
        "梦诗书画琴鸣子涵梓轩然诺桐妍宏利学仁义信生才富顺昌元希昕旭东栋坤晓昭易正达远毅恒佩昂嵩帆航恩琬柯皎"
    ),
    "test": (
        "熙皓宸若曦语嫣嘉懿煜城哲瀚博昊焱烨霖弘诚德庆有福贵金银翠珍素爱莲荷巧仙培振兴根发"
        "祥瑞永康乐群育立新卫援朝跃进解放彦钧铭锐骏驰翔岚岩川溪湘沁泓淼沛渊珂瑶琪瑾璇瑜"
        "珊珞玥莉蓉薇蔓芸芷苒茜菲萱蕾葵筠笙筱绮绫缨缘奕尧屹峻崇钰铮鑫霄霆韬韵颂颐蕙荔萌曜铠锋骞阔澜"
    ),
}
GIVEN_NAMES = {
    "dev": (
        "子涵", "雨桐", "浩然", "建国", "志强", "桂英", "秀兰", "晓燕", "文博", "思远", "俊杰",
        "佳怡", "梦洁", "国庆", "海燕", "永强", "雪梅", "丽娟", "春花", "天宇", "子轩", "一鸣",
        "小龙", "红霞", "玉兰", "明哲", "佳琪", "凤英", "立群", "宏伟", "静怡", "晨曦",
    ),
    "test": (
        "若曦", "梓萱", "嘉懿", "煜城", "卫东", "振华", "翠莲", "素珍", "沐阳", "奕辰", "婉清",
        "芷若", "瑾瑜", "书瑶", "彦霖", "培德", "援朝", "金凤", "银花", "德福", "博文", "语嫣",
        "亦菲", "沛霖", "泓毅", "岚清", "可馨", "铭泽", "诗涵", "跃进", "筱雅", "川柏",
    ),
}  # fmt: skip
NICKS = {
    "dev": ("阿强", "小明", "婷婷", "阿飞", "胖虎", "豆豆", "阿芳", "磊磊", "小雨", "大伟"),
    "test": ("阿杰", "小芳", "萱萱", "阿坤", "琪琪", "阿珍", "小凯", "晨晨", "阿霞", "淼淼"),
}  # fmt: skip
WORD_NAMES = {
    "dev": (
        "高兴", "高峰", "王国", "黄金", "向阳", "田野", "江河", "文静", "安静", "马上", "石磊",
        "成功", "白雪", "常青", "关键", "方便", "金辉", "易阳",
    ),
    "test": (
        "常识", "白天", "温柔", "高山", "方向", "金融", "时光", "凌晨", "黎明", "万里", "陶醉",
        "童话", "安宁", "张开", "任意", "于是", "周全", "康健",
    ),
}  # fmt: skip
DOTTED = {
    "dev": (
        "阿布都热西提·买买提", "迪丽拜尔·吐尔逊", "艾山·吾守尔", "古丽娜尔·艾合买提", "扎西·顿珠",
        "巴特尔·苏和", "热依汗·木沙", "卓玛·央金", "赛力克·哈力别克", "阿依古丽·托合提",
        "约翰·史密斯", "玛丽亚·加西亚", "亚历山大·伊万诺夫", "大卫·科恩", "艾玛·汤普森",
        "卡洛斯·门多萨",
    ),
    "test": (
        "买买提江·阿不力孜", "帕提古丽·依明", "努尔艾力·阿布力米提", "哈斯木·玉素甫", "索朗·次仁",
        "乌云·格日勒", "迪力夏提·迪力木拉提", "阿孜古丽·卡德尔", "格桑·梅朵", "叶尔兰·巴合提",
        "凯瑟琳·布朗", "米哈伊尔·彼得罗夫", "罗伯特·威廉姆斯", "索菲亚·安德森", "皮埃尔·杜邦",
        "汉斯·穆勒",
    ),
}  # fmt: skip
MINORITY = {
    "dev": ("扎西旺堆", "巴音孟克", "其其格", "次仁卓嘎", "阿古达木", "白玛央金", "乌兰其木格"),
    "test": ("格桑曲珍", "斯琴托娅", "那日苏", "旦增罗布", "苏日娜", "朝鲁门", "德吉拉姆"),
}  # fmt: skip
TRAD_NAMES = {
    "dev": ("陳怡君", "林志豪", "張雅婷", "黃俊傑", "吳淑芬", "劉家豪", "鄭美玲", "葉佩珊"),
    "test": ("蔡宜蓁", "許國榮", "謝欣潔", "羅嘉敏", "鍾偉倫", "趙詠儀", "馮麗華", "蕭敬賢"),
}  # fmt: skip
TITLES = (
    "经理", "女士", "先生", "医生", "老师", "总", "主任", "师傅", "护士", "律师", "教授", "阿姨",
    "警官", "姐", "哥", "同学", "小姐", "局长", "院长", "书记", "叔叔", "大夫", "校长", "主管",
    "店长", "科长", "老板", "博士", "会计", "奶奶", "大爷", "法官",
)  # fmt: skip
DOCTORS = ("医生", "主任", "大夫", "护士", "教授", "护士长")
BOSSES = ("经理", "总", "主任", "主管", "姐", "哥", "工", "律师", "会计", "女士", "先生", "局长")
TEACHERS = ("老师", "校长", "主任", "教授", "老师", "老师")
WORKERS = ("师傅", "师傅", "队长")
ELDERS = ("阿姨", "大姐", "师傅", "大嫂", "姐")
TRAD_ADDRESSES = {
    "dev": (
        "台北市信義區松高路11號", "台中市西屯區河南路二段301號8樓", "香港九龍彌敦道580號12樓B室",
        "高雄市三民區建國一路88號", "香港灣仔軒尼詩道302號",
    ),
    "test": (
        "新北市板橋區文化路一段25號", "台南市東區林森路三段16巷7號", "香港沙田大圍積福街9號地下",
        "桃園市中壢區中央西路二段120號3樓", "香港新界荃灣青山公路388號2座",
    ),
}  # fmt: skip
SPELLED = (
    "Zhang", "Wang", "Li", "Liu", "Chen", "Yang", "Zhao", "Huang", "Zhou", "Wu", "Xu", "Sun",
    "Hu", "Zhu", "Lin", "Guo", "He", "Luo", "Song", "Zheng", "Xie", "Tang", "Feng", "Deng",
)  # fmt: skip
SPELLED_GIVEN = {
    "dev": ("Wei", "Fang", "Na", "Xiaoming", "Jing", "Lei", "Yong", "Jiahui", "Haoran", "Meili"),
    "test": ("Ruoxi", "Zixuan", "Yichen", "Muyang", "Jin", "Wanqing", "Bowen", "Kexin", "Peilin"),
}  # fmt: skip

# Province, city and districts that belong together.
PLACES = (
    ("浙江省", "杭州市", ("西湖区", "余杭区", "滨江区", "拱墅区", "萧山区")),
    ("浙江省", "宁波市", ("鄞州区", "海曙区", "慈溪市")),
    ("浙江省", "金华市", ("婺城区", "义乌市", "东阳市")),
    ("江苏省", "南京市", ("鼓楼区", "玄武区", "江宁区", "秦淮区")),
    ("江苏省", "苏州市", ("姑苏区", "吴中区", "昆山市", "常熟市")),
    ("江苏省", "无锡市", ("滨湖区", "梁溪区", "江阴市")),
    ("广东省", "深圳市", ("南山区", "福田区", "宝安区", "龙岗区")),
    ("广东省", "广州市", ("天河区", "越秀区", "番禺区", "白云区")),
    ("广东省", "佛山市", ("顺德区", "南海区", "禅城区")),
    ("四川省", "成都市", ("武侯区", "锦江区", "青羊区", "双流区")),
    ("四川省", "绵阳市", ("涪城区", "游仙区", "江油市")),
    ("湖北省", "武汉市", ("洪山区", "武昌区", "江汉区")),
    ("湖北省", "宜昌市", ("西陵区", "伍家岗区")),
    ("湖南省", "长沙市", ("岳麓区", "芙蓉区", "雨花区")),
    ("湖南省", "湘西土家族苗族自治州", ("凤凰县", "吉首市")),
    ("山东省", "青岛市", ("市南区", "崂山区", "黄岛区")),
    ("山东省", "济南市", ("历下区", "槐荫区")),
    ("山东省", "烟台市", ("芝罘区", "莱山区")),
    ("河南省", "郑州市", ("金水区", "中原区", "二七区")),
    ("河南省", "洛阳市", ("涧西区", "西工区")),
    ("河北省", "石家庄市", ("长安区", "桥西区")),
    ("河北省", "唐山市", ("路北区", "丰润区")),
    ("陕西省", "西安市", ("雁塔区", "碑林区", "未央区")),
    ("福建省", "厦门市", ("思明区", "湖里区")),
    ("福建省", "泉州市", ("丰泽区", "晋江市")),
    ("安徽省", "合肥市", ("蜀山区", "庐阳区")),
    ("江西省", "南昌市", ("东湖区", "红谷滩区")),
    ("江西省", "赣州市", ("章贡区", "南康区")),
    ("辽宁省", "大连市", ("沙河口区", "中山区")),
    ("辽宁省", "沈阳市", ("和平区", "沈河区")),
    ("黑龙江省", "哈尔滨市", ("道里区", "南岗区")),
    ("吉林省", "长春市", ("朝阳区", "南关区")),
    ("山西省", "太原市", ("小店区", "迎泽区")),
    ("云南省", "昆明市", ("五华区", "盘龙区")),
    ("贵州省", "贵阳市", ("观山湖区", "云岩区")),
    ("甘肃省", "兰州市", ("城关区", "七里河区")),
    ("海南省", "海口市", ("龙华区", "美兰区")),
    ("广西壮族自治区", "南宁市", ("青秀区", "兴宁区")),
    ("内蒙古自治区", "呼和浩特市", ("赛罕区", "新城区")),
    ("新疆维吾尔自治区", "乌鲁木齐市", ("天山区", "沙依巴克区")),
    ("宁夏回族自治区", "银川市", ("兴庆区", "金凤区")),
    ("", "北京市", ("海淀区", "朝阳区", "西城区", "丰台区", "昌平区")),
    ("", "上海市", ("浦东新区", "徐汇区", "静安区", "闵行区")),
    ("", "重庆市", ("渝北区", "渝中区", "九龙坡区")),
    ("", "天津市", ("和平区", "南开区", "河西区")),
)  # fmt: skip
ROADS = {
    "dev": (
        "文三路", "中山路", "解放大道", "人民路", "建设街", "长江路", "天府大道", "和平西街",
        "科技园路", "学院路", "滨海大道", "古墩路", "青年路", "新华街", "朝阳北路", "龙井巷",
        "珠江路", "东风东路", "翠竹街", "幸福巷", "花园路", "胜利南街", "创业二路", "友谊路",
        "光明大街", "体育西路", "莲花北路", "黄河路", "延安中路", "五一大道",
    ),
    "test": (
        "望江路", "锦绣大道", "银泰街", "云帆路", "桃源街", "枫桥路", "碧海大道", "槐安东路",
        "松柏巷", "凤起东路", "丹桂路", "紫金大道", "鹿鸣街", "白鹭洲路", "石榴巷", "观澜路",
        "梅岭北路", "银杏三路", "柳营西街", "芙蓉中路", "状元坊", "竹溪大道", "沁园路", "牡丹街",
        "飞虹南路", "玉泉路", "仙葫大道", "百花胡同", "临港二路", "香樟大街",
    ),
}  # fmt: skip
COMMUNITIES = {
    "dev": (
        "阳光花园", "翠苑小区", "万科城", "桂花苑", "金色家园", "丽景公寓", "世纪花园", "和平里小区",
        "锦绣江南", "东方明珠大厦", "中央花园", "绿地广场", "天鹅湖小区", "康乐新村", "海棠湾",
    ),
    "test": (
        "春江花月苑", "滨江一品", "保集蓝郡", "云栖玫瑰园", "橡树湾", "枫丹白露", "听涛雅苑",
        "梧桐新语小区", "静园公寓", "星河时代大厦", "水木清华园", "竹海人家", "荷塘月色小区",
        "紫薇花园", "半山国际",
    ),
}  # fmt: skip
VILLAGES = {
    "dev": ("城关镇东街村", "大桥镇王家村", "柳林镇南关村", "新庄乡李家屯村"),
    "test": ("双河镇杨树村", "石门乡上坪村", "青山镇赵家湾村", "龙泉镇桃花村"),
}  # fmt: skip

STEMS = {
    "dev": (
        "恒泰", "金石", "华睿", "博雅", "瑞丰", "天行", "远景", "明德", "星辰", "润泽", "启明",
        "安信", "蓝海", "聚力", "卓越", "宏远", "盛世", "新锐", "云栖", "德润",
    ),
    "test": (
        "海纳", "众合", "绿源", "佳禾", "鼎盛", "诚达", "汇通", "嘉和", "万象", "锐捷达", "飞鸿",
        "百川", "景行", "知微", "拓荒", "沐光", "青禾", "观止", "磐石", "九洲",
    ),
}  # fmt: skip
BUSINESS = (
    "网络科技", "信息技术", "贸易", "生物医药", "建筑工程", "物流", "文化传媒", "教育咨询", "电子",
    "餐饮管理", "汽车销售", "环保科技", "服饰", "食品", "智能装备", "供应链管理", "软件", "新能源",
    "医疗器械", "房地产开发", "人力资源服务", "机械制造",
)  # fmt: skip
SHORT_CITIES = (
    "杭州", "南京", "深圳", "成都", "武汉", "青岛", "北京", "上海", "郑州", "西安", "长沙", "厦门",
    "合肥", "大连", "重庆", "天津", "昆明", "苏州", "宁波", "佛山", "济南", "福州", "无锡", "珠海",
)  # fmt: skip
SCHOOLS = {
    "dev": (
        "复旦大学", "南京师范大学", "武汉理工大学", "华东政法大学", "西南交通大学", "浙江大学",
        "深圳职业技术学院", "杭州第二中学", "北京市第八中学", "成都实验小学", "东北大学",
        "青岛市第三十九中学", "中山大学", "蓝天双语幼儿园",
    ),
    "test": (
        "厦门大学", "中南财经政法大学", "哈尔滨工程大学", "长沙市雅礼中学", "上海外国语大学",
        "兰州大学", "江南大学", "无锡商业职业技术学院", "郑州市第四十七中学", "合肥市师范附属小学",
        "云南民族大学", "电子科技大学", "小太阳幼儿园", "西北农林科技大学",
    ),
}  # fmt: skip
HOSPITALS = {
    "dev": (
        "市第一人民医院", "省中医院", "北京协和医院", "四川大学华西医院", "南京鼓楼医院",
        "青岛市妇女儿童医院", "深圳市人民医院", "浙江大学医学院附属第二医院", "和平社区卫生服务中心",
        "爱康口腔医院", "大连市中心医院", "上海瑞金医院",
    ),
    "test": (
        "市第三人民医院", "中南大学湘雅医院", "北京大学第三医院", "西安交通大学第一附属医院",
        "郑州市骨科医院", "武汉同济医院", "县妇幼保健院", "华东医院", "明眸眼科医院",
        "滨江区西兴街道社区卫生服务中心", "厦门市中医院", "省肿瘤医院",
    ),
}  # fmt: skip
BANKS = {
    "dev": (
        "中国工商银行杭州文三路支行", "招商银行深圳南山支行", "中国建设银行成都高新支行",
        "中国农业银行武汉洪山支行", "交通银行上海浦东分行", "中国银行厦门分行",
        "中国邮政储蓄银行济南市历下区支行", "广发银行佛山分行",
    ),
    "test": (
        "宁波银行余姚支行", "浦发银行南京分行", "中信银行长沙芙蓉支行", "平安银行广州天河支行",
        "中国民生银行大连星海支行", "徽商银行合肥蜀山支行", "兴业银行福州五一支行",
        "昆山农村商业银行周市支行",
    ),
}  # fmt: skip
AGENCIES = {
    "dev": ("杭州市公安局西湖分局", "南山区税务局", "成都市人力资源和社会保障局", "区市场监督管理局"),
    "test": ("江宁区人民法院", "厦门市住房公积金管理中心", "长沙市公安局交警支队", "县自然资源局"),
}  # fmt: skip

FIRST = {
    "dev": (
        "James", "Mary", "Robert", "Patricia", "Michael", "Linda", "David", "Elizabeth", "William",
        "Barbara", "Thomas", "Jessica", "Sarah", "Daniel", "Karen", "Priya", "Wei", "Fatima",
        "Carlos", "Olga", "Kenji", "Aisha", "Jean-Luc", "Liam", "Emma", "Noah", "Mark", "Hope",
        "Sean", "Ana", "Mohammed", "Ngozi",
    ),
    "test": (
        "Olivia", "Ethan", "Sophia", "Lucas", "Mia", "Mateo", "Hannah", "Ravi", "Yuki", "Ingrid",
        "Samuel", "Rebecca", "Chinedu", "Siobhan", "Yusuf", "Anastasia", "Dmitri", "Leila", "Grace",
        "Will", "Rose", "Anne-Marie", "Xiulan", "Tariq", "Bjorn", "Soo-jin", "Thandiwe", "Pablo",
        "Faith", "Frank", "Deepika", "Oscar",
    ),
}  # fmt: skip
LAST = {
    "dev": (
        "Smith", "Johnson", "Williams", "Brown", "Jones", "Garcia", "Miller", "Davis", "Rodriguez",
        "Wilson", "Anderson", "Taylor", "Moore", "Lee", "Thompson", "White", "Natarajan", "Zhang",
        "Al-Sayed", "Petrova", "Tanaka", "O'Connor", "Lindqvist", "Okafor", "Nguyen", "Kowalski",
        "Fischer", "Rossi", "Young", "Baker",
    ),
    "test": (
        "MacDonald", "Dubois", "Hernandez", "Kaur", "Yamamoto", "Schneider", "van der Berg",
        "Whitaker", "Adeyemi", "Castellanos", "Fitzgerald", "Chowdhury", "Eriksen", "Greenfield",
        "Hollingsworth", "Baptiste", "O'Leary", "Ibrahim", "Park", "Silva", "Novak", "Papadopoulos",
        "Xu", "Murray", "Stone", "Marsh", "Banerjee", "Lopez-Ruiz", "Mbeki", "Price",
    ),
}  # fmt: skip
STREETS = {
    "dev": (
        "Baker Street", "Evergreen Terrace", "Maple Avenue", "Oak Road", "Sunset Boulevard",
        "Elm Street", "King's Road", "Lakeview Drive", "Pine Lane", "Washington Ave", "Mission St",
    ),
    "test": (
        "Cherry Court", "Queen Square", "Mill Lane", "Harbor Way", "Church St", "Park Place",
        "Juniper Crescent", "Foxglove Close", "N. Wabash Ave", "Old Post Road", "Hillcrest Blvd",
    ),
}  # fmt: skip
TOWNS = (
    ("Springfield", "IL", "62704"), ("Austin", "TX", "78701"), ("Portland", "OR", "97205"),
    ("Denver", "CO", "80203"), ("Boston", "MA", "02116"), ("Madison", "WI", "53703"),
    ("Tampa", "FL", "33602"), ("Reno", "NV", "89501"), ("Columbus", "OH", "43215"),
)  # fmt: skip
UK_TOWNS = (
    ("London", "NW1 6XE"), ("Manchester", "M1 2AB"), ("Bristol", "BS1 4DJ"), ("Leeds", "LS1 5PQ"),
    ("Oxford", "OX1 3TG"), ("York", "YO1 7HH"), ("Edinburgh", "EH2 4RG"),
)  # fmt: skip
ORGANISATIONS_EN = {
    "dev": (
        "Acme Corporation", "Northwind Traders Ltd", "Globex Inc.", "Initech LLC",
        "Bluebird Technologies", "Summit Health Group", "Redwood Logistics",
        "Evergreen Insurance Company", "St. Mary's Hospital", "University of Westbrook",
        "Lakeside Community College", "First Harbor Bank", "Pinnacle Software Inc",
        "Davis & Cole LLP", "Riverside Elementary School", "Sunrise Dental Clinic",
    ),
    "test": (
        "Greenfield Medical Center", "Hartwell & Sons Ltd", "Orion Consulting Group",
        "Brightwater Foundation", "Crescent Pharmaceuticals", "Meridian Capital Partners",
        "Oakdale High School", "Tidewater Credit Union", "Kestrel Robotics GmbH",
        "Ashford University", "Copper Kettle Bakery LLC", "Whitestone Realty",
        "Northgate Children's Hospital", "Vantage Point Media", "Polaris Freight Co.",
        "Institute of Marine Sciences",
    ),
}  # fmt: skip

PRODUCTS = (
    "小米14 Ultra", "华为Mate 60 Pro", "美的KFR-35GW空调", "戴森V12吸尘器", "iPhone 15 Pro Max",
    "九阳豆浆机DJ13", "联想ThinkPad X1", "索尼WH-1000XM5", "海尔BCD-470冰箱", "飞利浦HX6730牙刷",
)  # fmt: skip
PRODUCTS_EN = (
    "ThinkPad X1 Carbon Gen 11", "Galaxy S24", "Dyson V15", "WH-1000XM5 headset", "iPad Air 5",
    "Model 3 Long Range", "RTX 4090", "Kindle Paperwhite", "LaserJet Pro M404n", "Roomba j7+",
)  # fmt: skip


class Words:
    """Picks words, from the part that belongs to the split."""

    def __init__(self, rng: random.Random, split: str) -> None:
        self.rng = rng
        self.split = split

    def of(self, lists: dict[str, Sequence[str]]) -> str:
        """One word of the split's own list."""
        return self.rng.choice(lists[self.split])

    def surname(self) -> str:
        """A surname; the common ones come more often."""
        style = self.rng.random()
        if style < 0.05:
            return self.rng.choice(COMPOUND)
        return self.rng.choice(SURNAMES[:60] if style < 0.6 else SURNAMES)

    def plain_zh(self) -> str:
        """A Han name of surname and given name."""
        style = self.rng.random()
        if style < 0.35:
            return self.surname() + self.of(GIVEN_NAMES)
        size = 1 if style < 0.6 else 2
        return self.surname() + "".join(self.of(GIVEN_CHARS) for _ in range(size))

    def person_zh(self) -> str:
        """A name of any kind in Chinese writing."""
        style = self.rng.random()
        if style < 0.04:
            return self.of(DOTTED)
        if style < 0.055:
            return self.of(MINORITY)
        return self.plain_zh()

    def titled(self, titles: Sequence[str] = TITLES) -> str:
        """A surname with a title, or with 老 or 小 before it."""
        if titles is not DOCTORS and titles is not TEACHERS and self.rng.random() < 0.25:
            return self.rng.choice("老小") + self.rng.choice(SURNAMES[:60])
        return self.surname() + self.rng.choice(titles)

    def spelled(self) -> str:
        """A Chinese name in Latin letters."""
        first, last = self.of(SPELLED_GIVEN), self.rng.choice(SPELLED)
        return self.rng.choice((f"{first} {last}", f"{last} {first}", f"{last.upper()} {first}"))

    def place(self) -> tuple[str, str, str]:
        """A province, one of its cities and one of the city's districts."""
        province, city, districts = self.rng.choice(PLACES)
        return province, city, self.rng.choice(districts)

    def door(self) -> str:
        """Building, unit and room."""
        r = self.rng.randrange
        return self.rng.choice(
            (f"{r(1, 40)}幢{r(101, 2805)}室", f"{r(1, 30)}号楼{r(1, 6)}单元{r(101, 1805)}",
             f"{r(1, 40)}栋{r(101, 2805)}", f"{r(2, 30)}楼",
             f"{r(1, 20)}栋{r(1, 5)}单元{r(2, 30)}0{r(1, 5)}室",
             f"{self.rng.choice('ABCD')}座{r(101, 2805)}室", f"{r(1, 20)}-{r(1, 4)}-{r(101, 1804)}")
        )  # fmt: skip

    def address_zh(self) -> str:
        """An address from the province, the city or the district down to the door."""
        province, city, district = self.place()
        head = self.rng.choice((province + city, province + city, city, city[:-1])) + district
        if city.endswith("自治州"):
            head = province + city + district
        if self.rng.random() < 0.06:
            group, house = self.rng.randrange(1, 9), self.rng.randrange(1, 99)
            return f"{head}{self.of(VILLAGES)}{group}组{house}号"
        return self.rng.choice((head, head, head, district)) + self.street()

    def street(self) -> str:
        """Road and number, community, or both, with the door."""
        road, number = self.of(ROADS), self.rng.randrange(1, 999)
        community, door = self.of(COMMUNITIES), self.door()
        return self.rng.choice(
            (f"{road}{number}号{door}", f"{road}{number}号{community}{door}", f"{community}{door}",
             f"{road}{number}号", f"{road}与{self.of(ROADS)}交叉口{community}{door}"
             if self.rng.random() < 0.2 else f"{road}{number}弄{self.rng.randrange(1, 60)}号{door}")
        )  # fmt: skip

    def address_short(self) -> str:
        """A road with its number or a community with a building: no city."""
        road, number = self.of(ROADS), self.rng.randrange(1, 999)
        return self.rng.choice(
            (f"{road}{number}号", f"{self.of(COMMUNITIES)}{self.door()}",
             f"{road}{number}号{self.of(COMMUNITIES)}{self.door()}", f"{road}{number}号{self.door()}")
        )  # fmt: skip

    def company(self) -> str:
        """A Chinese company."""
        city, stem = self.rng.choice(SHORT_CITIES), self.of(STEMS)
        kind = self.rng.choice(BUSINESS)
        return self.rng.choice(
            (f"{city}{stem}{kind}有限公司", f"{city}{stem}{kind}有限公司", f"{stem}{kind}有限公司",
             f"{city}市{stem}{kind}股份有限公司", f"{stem}（{city}）{kind}有限公司", f"{stem}集团",
             f"{city}{stem}律师事务所", f"{stem}{kind}（{city}）有限责任公司")
        )  # fmt: skip

    def university(self) -> str:
        """A university or a college."""
        ends = ("大学", "学院")
        return self.rng.choice([one for one in SCHOOLS[self.split] if one.endswith(ends)])

    def foreign(self) -> str:
        """A foreigner's name in Chinese characters."""
        return self.rng.choice(DOTTED[self.split][-6:])

    def kind_en(self, *signs: str) -> str:
        """An English organisation whose name has one of the words."""
        names = ORGANISATIONS_EN[self.split]
        return self.rng.choice([one for one in names if any(sign in one for sign in signs)])

    def organisation_zh(self) -> str:
        """An organisation of any sort."""
        if self.rng.random() < 0.55:
            return self.company()
        return self.of(self.rng.choice((SCHOOLS, HOSPITALS, BANKS, AGENCIES)))

    def person_en(self) -> str:
        """First and last name, at times with an initial."""
        first, last = self.of(FIRST), self.of(LAST)
        style = self.rng.random()
        if style < 0.08:
            return f"{first} {self.rng.choice('ABCDEFGJKLM')}. {last}"
        return f"{first[0]}. {last}" if style < 0.12 else f"{first} {last}"

    def address_en(self) -> str:
        """An American or British address."""
        number, street = self.rng.randrange(2, 9999), self.of(STREETS)
        if self.rng.random() < 0.35:
            town, code = self.rng.choice(UK_TOWNS)
            flat = f"Flat {self.rng.randrange(1, 30)}, " if self.rng.random() < 0.3 else ""
            return f"{flat}{number % 300 + 1} {street}, {town} {code}"
        town, state, code = self.rng.choice(TOWNS)
        door = self.rng.choice(
            (
                "",
                "",
                f", Apt {self.rng.randrange(1, 40)}",
                f", Suite {self.rng.randrange(100, 900)}",
            )
        )
        tail = "" if self.rng.random() < 0.1 else f", {town}, {state} {code}"
        return f"{number} {street}{door}{tail}"
