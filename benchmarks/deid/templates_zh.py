"""Chinese templates: domain, the only split a template serves, text with {PLACES}."""

from __future__ import annotations

TEMPLATES: tuple[tuple[str, str, str], ...] = (
    ("service", "dev", (
        "客服：您好，很高兴为您服务。\n用户：我叫{PERSON}，{DATE}买的{PRODUCT}到现在没发货，订"
        "单号{ORDER}。\n客服：请提供下单手机号。\n用户：{MOBILE}"
    )),
    ("service", "dev", (
        "{TITLED}您好，您的退货申请已经通过，退款{SMALL}元将在3-5个工作日内原路退回尾号{TAIL}的"
        "卡。"
    )),
    ("service", "dev",
        "麻烦把发票寄到{ADDRESS}，收件人写{PERSON}就行，抬头{COMPANY}，税号{CREDIT_CODE}"
    ),
    ("service", "dev", (
        "用户{PERSON}来电反映{PRODUCT}无法开机，已预约{DATE}上午上门，联系电话{PHONE_NUMBER}，"
        "地址{ADDRESS}。"
    )),
    ("service", "dev", (
        "客服：请问是您本人办的吗？\n用户：不是，我老公{PERSON}办的卡，留的是他的号{MOBILE}\n客"
        "服：好的，请稍等，马上为您核实"
    )),
    ("service", "dev",
        "账号被盗了！！登录密码{PASSWORD}我都改不了，绑定邮箱也变成{EMAIL_ADDRESS}了，快点冻结"
    ),
    ("service", "dev", "亲，地址帮您改好了哦：{ADDRESS} {PERSON} {MOBILE}，今天就能发出~"),
    ("service", "dev", (
        "{PERSON}，你好。关于你反映的宽带故障，维修工{WORKER}会在今天{TIME}前联系你，也可以直接"
        "打他手机{PHONE_NUMBER}，或者拨打{HOTLINE}催单。"
    )),
    ("service", "dev", "我不是{PERSON}，你们打错了，别再打这个{MOBILE}了，昨天已经说过一次"),
    ("service", "dev", (
        "会员{HAN}（微信号{WECHAT_ID}）投诉门店员工{HAN}态度恶劣，要求书面道歉并补偿{SMALL}元优"
        "惠券。"
    )),
    ("service", "dev",
        "工单备注：客户QQ号{QQ_NUMBER}，要求周末回电，不方便接电话时发邮件到{EMAIL_ADDRESS}"
    ),
    ("service", "dev",
        "请问您是{WORDNAME}先生本人吗？为了您的账户安全，需要核对一下身份证号。\n对，{ID_CARD}"
    ),
    ("service", "dev", "转人工！我要找你们{TITLED}，上次就是他答应我给换新机的"),
    ("service", "dev", (
        "【住房租赁平台】{HAN}已预约{DATE}看房，房源地址：{ADDRESS}，租客微信：{WECHAT_ID}，请"
        "提前联系。"
    )),
    ("medicine", "dev", (
        "患者{PERSON}，男，{AGE}岁，因“反复胸闷3天”于{DATE}入院，住院号："
        "{MEDICAL_RECORD_NUMBER}。既往高血压病史10年，入院血压{BP}。"
    )),
    ("medicine", "dev", (
        "姓名：{PERSON}\u3000性别：女\u3000出生日期：{BIRTH_DATE}\u3000病历号："
        "{MEDICAL_RECORD_NUMBER}\u3000科室：心内科\u3000床号：{N}床"
    )),
    ("medicine", "dev", (
        "现病史：患者半月前无明显诱因出现头晕，曾在{HOSPITAL}就诊，予对症治疗后好转，今为进一步"
        "诊治来院。家属{PERSON}陪同，联系电话{PHONE_NUMBER}。"
    )),
    ("medicine", "dev", (
        "手术记录：术者{HAN}，一助{HAN}，二助{HAN}，麻醉医师{DOCTOR}。术中出血约{N}0ml，未输血"
        "，安返病房。"
    )),
    ("medicine", "dev", (
        "参保人{HAN}，医保卡号{MEDICARE}，身份证{ID_CARD}，参保地{CITY}，本次统筹支付{SMALL}元"
        "。"
    )),
    ("medicine", "dev",
        "{PERSON}昨晚又发烧了，39度2，给{DOCTOR}打电话他说先物理降温，早上再去{HOSPITAL}看看"
    ),
    ("medicine", "dev",
        "查房：3床{HAN}，术后第2天，体温36.8℃，血压{BP}，伤口干燥；5床{HAN}，拟明日出院。"
    ),
    ("medicine", "dev", (
        "出院小结：患者{HAN}（门诊号{MEDICAL_RECORD_NUMBER}）恢复良好，嘱低盐低脂饮食，两周后至"
        "{HOSPITAL}复查，不适随诊。"
    )),
    ("medicine", "dev", (
        "患儿{PERSON}，{BIRTH_CHILD}出生，足月顺产，母亲{HAN}否认孕期特殊用药史，现居{ADDRESS}"
        "。"
    )),
    ("medicine", "dev", (
        "病理会诊申请：送检单位{HOSPITAL}，患者{HAN}，住院号{MEDICAL_RECORD_NUMBER}，送检医师"
        "{HAN}，大体所见：灰白组织一块。"
    )),
    ("medicine", "dev",
        "陪护{ELDER}说老人夜里睡得安静，没有再闹，就是白天不怎么吃东西，血糖1{D}.{D}"
    ),
    ("medicine", "dev", (
        "商业保险理赔：被保险人{PERSON}，保单号{POLICY}，就诊医院{HOSPITAL}，申请金额{SMALL}元"
        "。"
    )),
    ("resume", "dev", (
        "个人简历\n姓名：{PERSON}\n出生年月：{BIRTH_DATE}\n电话：{PHONE_NUMBER}\n邮箱："
        "{EMAIL_ADDRESS}\n现居地：{CITY}\n求职意向：Java开发工程师"
    )),
    ("resume", "dev", (
        "{HAN}，{YOUNG}岁，毕业于{UNIVERSITY}市场营销专业，先后在{COMPANY}和{COMPANY}任职，擅长"
        "渠道拓展，日活提升{PERCENT}。"
    )),
    ("resume", "dev", "联系方式：{MOBILE} | 微信：{WECHAT_ID} | 个人主页 {URL}"),
    ("resume", "dev",
        "我叫{WORDNAME}，来自{CITY}，性格开朗，做事有方向，手机是{MOBILE}，期待加入贵公司。"
    ),
    ("resume", "dev", (
        "2018.07—2022.03  {COMPANY}  高级产品经理  汇报对象：{HAN}\n负责供应链系统，上线"
        "{VERSION}版本后投诉率下降{PERCENT}"
    )),
    ("resume", "dev", (
        "候选人{HAN}，身份证号{ID_CARD}，拟入职岗位：会计，期望薪资{AMOUNT}元，背调联系人："
        "{HAN}（{COMPANY}人事，{LANDLINE}）。"
    )),
    ("resume", "dev", (
        "教育经历：2014.9-2018.6 {UNIVERSITY} 本科；2018.9-2021.6 {UNIVERSITY} 硕士，导师{BOSS}"
        "。"
    )),
    ("resume", "dev", (
        "姓名 {HAN} 民族 汉 出生 {BIRTH_DATE} 政治面貌 群众 籍贯 山东 护照 {PASSPORT} 可接受长"
        "期外派"
    )),
    ("resume", "dev", (
        "推荐信：{HAN}同学是我指导的学生，勤奋好学，常识丰富，我愿意推荐。{UNIVERSITY} {HAN} 教"
        "授，邮箱{EMAIL_ADDRESS}"
    )),
    ("logistics", "dev", (
        "寄件人：{PERSON}，{MOBILE}，{ADDRESS}\n收件人：{PERSON}，{MOBILE}，{ADDRESS}\n物品：图"
        "书，保价{SMALL}元"
    )),
    ("logistics", "dev", (
        "司机{WORKER}，车牌{LICENSE_PLATE}，电话{PHONE_NUMBER}，预计{TIME}到{ADDRESS_SHORT}，请"
        "安排叉车卸货。"
    )),
    ("logistics", "dev", "放菜鸟驿站吧 我不在家 {ADDRESS_SHORT} 取件人{HAN}"),
    ("logistics", "dev",
        "{TRACK} 这票件退回了，收方{PERSON}电话{MOBILE}一直关机，地址{ADDRESS}查无此人"
    ),
    ("logistics", "dev", (
        "提货凭证：提货人{HAN}，身份证号{ID_CARD}，车号{LICENSE_PLATE}，货物{N}件，毛重{NUM}kg"
        "。"
    )),
    ("logistics", "dev", "这批货发往{COMPANY}{CITY}仓，共{N}箱，请{HAN}签收后拍照回传。"),
    ("logistics", "dev", "{ADDRESS}，{HAN}收，{PLAIN_MOBILE}"),
    ("logistics", "dev",
        "您的快件{TRACK}已由【{HAN}】代签收，派件员{HAN}，电话{MOBILE}，投诉请拨{HOTLINE}。"
    ),
    ("logistics", "dev", "地址错了 不是{ADDRESS_SHORT}，是{ADDRESS}，电话没变"),
    ("logistics", "dev", (
        "冷链车{LICENSE_PLATE}与{LICENSE_PLATE}对调线路，{TITLED}跑{CITY}，{HAN}跑{CITY}，温度"
        "保持2-8℃。"
    )),
    ("logistics", "dev",
        "门卫{TITLED}说包裹放在传达室了，你让{NICK}下班顺路取一下，取件码{PICKUP}"
    ),
    ("logistics", "dev", (
        "报关资料：经营单位{COMPANY}，社会信用代码{CREDIT_CODE}，联系人{HAN}，座机{LANDLINE}，"
        "提单号{SERIAL}"
    )),
    ("chat", "dev", "昨天跟{PERSON}吃饭他说不来了"),
    ("chat", "dev", "在吗 把{HAN}电话发我\n{MOBILE}\n谢啦😄"),
    ("chat", "dev", "{HAN}和{HAN}吵起来了你快去看看，{NICK}拉都拉不住"),
    ("chat", "dev", "加我vx {WECHAT_ID} 备注考研群"),
    ("chat", "dev", "妈我到{ADDRESS_SHORT}了你让{NICK}下来接我一下，东西太多拿不动"),
    ("chat", "dev", "{HAN}这人靠谱吗上次借我{SMALL}块到现在没还"),
    ("chat", "dev", "生日快乐{PERSON}！🎂🎂永远十八岁～"),
    ("chat", "dev", "qq号{QQ_NUMBER}加一下，游戏里一起组队"),
    ("chat", "dev", "你问问{TITLED}他知道怎么弄，我周末不在"),
    ("chat", "dev", "wifi密码{PASSWORD} 连上了吱一声"),
    ("chat", "dev", "{NICK}你几点到啊，{HAN}他们都到齐了就差你"),
    ("chat", "dev", "哈哈哈哈{WORDNAME}这名字太好记了，全班就他从来不会被老师叫错"),
    ("chat", "dev", "我身份证{ID_CARD} 帮我买{DATE} {TRAIN}的票 二等座就行"),
    ("chat", "dev", "刚在{SCHOOL}门口碰见{HAN}了，她居然认不出我，好尴尬😅"),
    ("chat", "dev", "把钱转{BANK_CARD}这张，户名{HAN}，建行的"),
    ("chat", "dev", "这事是{HAN}干的，不是{HAN}，你别冤枉人"),
    ("chat", "dev", "听{TITLED}说{HAN}要调去{CITY}了，真的假的"),
    ("chat", "dev", "车停地库了，{LICENSE_PLATE}，挡着谁了让他打我电话{MOBILE}"),
    ("chat", "dev", "老板让{HAN}重做方案，{HAN}负责数据，{HAN}写PPT，周五之前给客户"),
    ("chat", "dev", "{FIRST}和{HAN}今晚去吃火锅 {NICK}请客 你来不来"),
    ("chat", "dev", "{TITLED}在吗，我是{HAN}的家长，孩子今天发烧请个假"),
    ("chat", "dev", "我{GIVEN}啊，换号了，以后打这个{MOBILE}，旧的不用了"),
    ("chat", "dev", "房东{TITLED}的支付宝是{PLAIN_MOBILE}，房租{SMALL}别转错"),
    ("chat", "dev", "群里谁认识{COMPANY}的人？想打听一个叫{HAN}的"),
    ("finance", "dev", (
        "尊敬的{PERSON}，您尾号{TAIL}的账户于{DATE} {TIME}支出人民币{AMOUNT}元，余额{AMOUNT}元"
        "。如有疑问请致电{HOTLINE}。"
    )),
    ("finance", "dev",
        "收款人：{HAN}\n开户行：{BANK}\n卡号：{BANK_CARD}\n金额：人民币{AMOUNT}元整"
    ),
    ("finance", "dev", (
        "贷款申请人{PERSON}，身份证号{ID_CARD}，月收入{AMOUNT}元，就职于{COMPANY}，单位电话"
        "{LANDLINE}，联系人{HAN}（配偶）。"
    )),
    ("finance", "dev", (
        "企业名称：{COMPANY}\n统一社会信用代码：{CREDIT_CODE}\n法定代表人：{HAN}\n注册地址："
        "{ADDRESS}"
    )),
    ("finance", "dev",
        "投保人{HAN}为被保险人{HAN}投保重疾险，保单号{POLICY}，年缴保费{AMOUNT}元，受益人法定。"
    ),
    ("finance", "dev", (
        "反洗钱核查：客户{PERSON}，证件号{ID_CARD}，卡{BANK_CARD}当日累计转出{AMOUNT}元，交易对"
        "手{COMPANY}。"
    )),
    ("finance", "dev", "银行卡{BANK_CARD}已挂失，新卡将寄往{ADDRESS}，请{HAN}本人签收。"),
    ("finance", "dev",
        "借条：今借到{HAN}人民币{AMOUNT}元，借款人{HAN}，身份证号{ID_CARD}，{DATE}。"
    ),
    ("finance", "dev", "{HAN}名下有两张卡，一张{BANK_CARD}，一张{BANK_CARD}，逾期的是第二张"),
    ("finance", "dev", "基金经理{HAN}在季报中表示，看好金融与黄金板块，任期内年化回报{PERCENT}。"),
    ("finance", "dev", (
        "催收记录：{STAMP} 致电{MOBILE}，接听人自称{HAN}弟弟，称{HAN}已去外地打工，承诺{DATE}前"
        "还款{AMOUNT}元。"
    )),
    ("office", "dev", (
        "甲方（出租方）：{HAN}，身份证号：{ID_CARD}\n乙方（承租方）：{PERSON}，联系电话："
        "{PHONE_NUMBER}\n房屋坐落：{ADDRESS}"
    )),
    ("office", "dev",
        "会议纪要：出席{HAN}、{HAN}、{HAN}、{BOSS}；缺席{HAN}。会议室A302，{TIME}结束。"
    ),
    ("office", "dev", (
        "离职证明：兹证明{HAN}（身份证号{ID_CARD}）自2019年3月至2023年5月在{COMPANY}担任采购专"
        "员。特此证明。"
    )),
    ("office", "dev",
        "劳动合同编号{ORDER}，甲方{COMPANY}，乙方{PERSON}，试用期三个月，月薪{AMOUNT}元。"
    ),
    ("office", "dev",
        "{HAN}转正了，{HAN}调到运营部，{BOSS}带的两个实习生下周一报到，工位安排在4-112。"
    ),
    ("office", "dev", (
        "外籍员工{FOREIGN}，外国人永久居留身份证号{PERMIT_GREEN}，{BIRTH_DATE}出生，任职于"
        "{COMPANY}。"
    )),
    ("office", "dev", "港澳居民来往内地通行证：{PERMIT_HK}，持证人{HAN}，有效期至2032年8月。"),
    ("office", "dev", "台胞证号{PERMIT_TW}，持有人{HAN}，在大陆联系电话{MOBILE}，住{ADDRESS}。"),
    ("office", "dev", (
        "签证申请：{SPELLED}（{HAN}），护照号{PASSPORT}，出发日期{DATE}，航班{FLIGHT}，预算"
        "{AMOUNT}元。"
    )),
    ("office", "dev",
        "出差：{HAN}、{HAN}于{DATE}赴{CITY}，行程{DOM}天，护照分别为{PASSPORT}和{PASSPORT}。"
    ),
    ("office", "dev", (
        "本案原告{HAN}诉称，被告{HAN}驾驶{LICENSE_PLATE}号小型轿车在{ADDRESS_SHORT}门前与其相撞"
        "，请求赔偿{AMOUNT}元。"
    )),
    ("office", "dev", (
        "犯罪嫌疑人{PERSON}，男，{BIRTH_DATE}生，户籍所在地{ADDRESS}，因涉嫌盗窃罪被{AGENCY}刑"
        "事拘留。"
    )),
    ("office", "dev",
        "社保缴费单位{COMPANY}，职工{HAN}，社会保障号{MEDICARE}，缴费基数{AMOUNT}元。"
    ),
    ("school", "dev",
        "请{HAN}、{HAN}、{HAN}三位同学的家长{DATE}到校，找班主任{TEACHER}，教学楼305。"
    ),
    ("school", "dev", (
        "学号2021{SIX}，姓名{PERSON}，{UNIVERSITY}大三，宿舍电话{LANDLINE}，紧急联系人父亲{HAN}"
        " {MOBILE}"
    )),
    ("school", "dev", "{HAN}同学因病缺考，{TEACHER}已批假；{HAN}作弊，按校规处理。"),
    ("school", "dev", "《静夜思》背诵名单：{HAN} {HAN} {HAN} {MINORITY}，其余同学周五前完成。"),
    ("school", "dev", (
        "入园登记：幼儿{HAN}，生日{BIRTH_CHILD}，接送人奶奶{HAN}，电话{MOBILE}，家庭住址"
        "{ADDRESS}。"
    )),
    ("it", "dev", (
        'ERROR {STAMP} login failed user="{SPELLED}" from {IP_ADDRESS} port {PORT} version '
        '{VERSION} trace={TRACE}'
    )),
    ("it", "dev",
        "服务器{IPV4}的root口令改成{PASSWORD}了，网卡MAC {MAC_ADDRESS}，请{HAN}更新文档。"
    ),
    ("it", "dev",
        "部署说明：export API_KEY={API_KEY}，接口地址 {URL} ，端口{PORT}，内存不少于16GB。"
    ),
    ("it", "dev", "谁把密钥{API_KEY}提交到仓库里了？@{HAN} 赶紧撤销，{VERSION}先别发"),
    ("it", "dev", "请求头 Authorization: Bearer {JWT}，返回401，联系{BOSS}续期"),
    ("it", "dev",
        "终端管理：{HAN}的笔记本（{MAC_ADDRESS}，{IP_ADDRESS}）未安装补丁{BUILD}，请尽快处理。"
    ),
    ("it", "dev", "反馈链接打不开 {URL} ，我用的是Chrome {BUILD}，IP是{IPV4}，邮箱{EMAIL_ADDRESS}"),
    ("it", "dev", "交换机端口Gi0/{N}学到{MAC_ADDRESS}，对应办公室{BOSS}的打印机，VLAN {N}"),
    ("it", "dev", "数据库账号report，密码：{PASSWORD}，只读，有效期到{DATE}"),
    ("mail", "dev",
        "{BOSS}：\n附件为{COMPANY}的报价单，请审阅后回复{EMAIL_ADDRESS}。\n此致\n{HAN}\n{DATE}"
    ),
    ("mail", "dev", (
        "发件人：{HAN} <{EMAIL_ADDRESS}>\n收件人：{HAN} <{EMAIL_ADDRESS}>\n主题：关于{VERSION}"
        "发布的说明"
    )),
    ("mail", "dev", "如需退订请访问 {URL} ，或回信至{EMAIL_ADDRESS}。"),
    ("mail", "dev", "Dear {FIRST}，合同我已经发给{HAN}了，他明天会call你，电话{MOBILE}，thanks！"),
    ("data", "dev", (
        '{"name": "{PERSON}", "phone": "{PLAIN_MOBILE}", "order_id": "{ORDER}", "city": "{CITY}'
        '", "amount": {N}00}'
    )),
    ("data", "dev", (
        "姓名,电话,邮箱\n{HAN},{PLAIN_MOBILE},{EMAIL_ADDRESS}\n{HAN},{PLAIN_MOBILE},"
        "{EMAIL_ADDRESS}"
    )),
    ("data", "dev", (
        "| 姓名 | 车牌 | 电话 |\n|---|---|---|\n| {HAN} | {LICENSE_PLATE} | {PLAIN_MOBILE} |\n|"
        " {HAN} | {LICENSE_PLATE} | {PLAIN_MOBILE} |"
    )),
    ("data", "dev", '{"role": "user", "content": "我是{HAN}，帮我给{BOSS}写一封道歉信"}'),
    ("data", "dev",
        "INSERT INTO t_user VALUES ({N}, '{HAN}', '{ID_CARD}', '{ADDRESS}', '{STAMP}');"
    ),
    ("data", "dev", "姓名：{PERSON}\t电话：{PHONE_NUMBER}\t证件号：{ID_CARD}\t卡号：{BANK_CARD}"),
    ("chat", "dev", "請問{TRAD}小姐在嗎？她的電話是{MOBILE}，地址好像寫錯了"),
    ("chat", "dev", "我QQ换成{QQ_NUMBER}了 之前那个被封了 {NICK}你转告一下群里"),
    ("office", "dev", (
        "营业执照注册号（统一社会信用代码）{CREDIT_CODE}，名称{COMPANY}，类型：有限责任公司，成"
        "立日期2016年5月9日。"
    )),
    ("office", "dev", "会计{HAN}的QQ：{QQ_NUMBER}，微信同手机{MOBILE}，发票问题直接找她。"),
    ("office", "dev", "回乡证{PERMIT_HK}快到期了，{HAN}问在哪儿能办续期"),
    ("office", "dev", "身份证：{WIDE_ID}，电话：{WIDE_MOBILE}，姓名：{HAN}（原件为扫描件）"),
    ("finance", "dev", (
        "车险报案：车主{HAN}，车牌号{LICENSE_PLATE}，保单号：{POLICY}，出险地点{ADDRESS_SHORT}"
        "附近，报案电话{HOTLINE}。"
    )),
    ("medicine", "dev", (
        "居民健康档案：{HAN}，出生于{BIRTH_DATE}，社保卡号{MEDICARE}，家庭医生{DOCTOR}，签约机"
        "构{HOSPITAL}。"
    )),
    ("logistics", "dev",
        "收件人：{TRAD}，電話：{PHONE_HK}，地址：{TRAD_ADDRESS}，請於{DATE}前送達。"
    ),
    ("chat", "dev", "{TRAD}說她下禮拜才回來，先把東西寄到{TRAD_ADDRESS}吧"),
    ("office", "dev", (
        "来访登记：{TRAIN}次到达，访客{HAN}，港澳通行证{PERMIT_HK}，被访人{BOSS}，离开时间"
        "{TIME}。"
    )),
    ("office", "dev", "{FOREIGN}续签永居证，证号{PERMIT_GREEN}，联系电话{MOBILE}，材料已齐。"),
    ("office", "dev", "酒店前台：台湾居民{HAN}，台胞证{PERMIT_TW}，入住{N}晚，押金{AMOUNT}元。"),
    ("finance", "dev",
        "开户主体{COMPANY}，信用代码：{CREDIT_CODE}，被授权人{HAN}，授权人手机{MOBILE}。"
    ),
    ("data", "dev", (
        "企业名称,统一社会信用代码,联系人\n{COMPANY},{CREDIT_CODE},{HAN}\n{COMPANY},"
        "{CREDIT_CODE},{HAN}"
    )),
    ("it", "dev",
        "无线控制器日志：{MAC_ADDRESS} 漫游至AP-{N}，信号-{N}dBm；{MAC_ADDRESS} 认证超时"
    ),
    ("chat", "dev", "我微信{WECHAT_ID}，QQ{QQ_NUMBER}，随便加哪个都行"),
    ("chat", "dev", "你加下{HAN}的QQ，{QQ_NUMBER}，他把资料打包好了"),
    ("medicine", "dev", (
        "预约改期：就诊人{HAN}，就诊卡号{MEDICAL_RECORD_NUMBER}，原{DATE}改为下周同一时间，短信"
        "通知{MOBILE}。"
    )),
    ("medicine", "dev", (
        "病案借阅：{MEDICAL_RECORD_NUMBER}、{MEDICAL_RECORD_NUMBER}两份，借阅人{DOCTOR}，用于科"
        "研，{DATE}前归还。"
    )),
    ("data", "dev", (
        '{"wechat": "{WECHAT_ID}", "nickname": "小太阳", "mobile": "{PLAIN_MOBILE}", "level": '
        '{N}, "tags": ["黄金会员"]}'
    )),
    ("service", "dev", (
        "企业认证失败：{COMPANY}填写的信用代码{CREDIT_CODE}与法人{HAN}不一致，请修改后重新提交"
        "。"
    )),
    ("logistics", "dev",
        "跟车人员：{HAN}（台胞证号{PERMIT_TW}），司机{HAN}，车{LICENSE_PLATE}，目的港{CITY}"
    ),
    ("service", "dev", (
        "坐席：您好，这里是售后中心，请问是{HAN:a}先生吗？\n客户：我是他爱人，他在开会。\n坐席"
        "：好的，您家报修的{PRODUCT}今天下午安排{WORKER}上门，地址还是{ADDRESS}对吗？\n客户：对"
        "，门口有密码锁，来了打我电话{MOBILE}，别打{HAN:a}那个。\n坐席：明白，订单号{ORDER}，费"
        "用{SMALL}元，满意的话请给个五星好评。"
    )),
    ("medicine", "dev", (
        "入院记录\n姓名：{HAN:a}\u3000性别：男\u3000年龄：{AGE}岁\u3000病案号："
        "{MEDICAL_RECORD_NUMBER}\n主诉：活动后气促1周，加重2天。\n现病史：患者1周前爬楼后出现气"
        "促，休息可缓解，曾至{HOSPITAL}查心脏彩超示EF 46%，予利尿治疗。2天前症状加重，由女儿"
        "{HAN}送至我院。\n体格检查：T 36.{D}℃，P {PULSE}次/分，BP {BP}，双肺底湿啰音。\n记录医"
        "师：{HAN}\u3000{DATE} {TIME}"
    )),
    ("office", "dev", (
        "房屋租赁合同（编号{ORDER}）\n出租方{HAN:a}将位于{ADDRESS}的房屋出租给{HAN:b}使用，租期"
        "自{DATE}起一年，月租金{AMOUNT}元，按季支付至{HAN:a}在{BANK}开立的账户{BANK_CARD}。"
        "{HAN:b}应妥善使用房屋，任何一方违约须赔偿一个月租金。联系电话：甲方{MOBILE}，乙方"
        "{MOBILE}。"
    )),
    ("chat", "dev", (
        "{HAN:a}：明天几点集合\n{HAN:b}：七点半吧 在{ADDRESS_SHORT}\n{HAN:a}：{NICK}说他起不来"
        "😂\n{HAN:b}：不管他，坐{TITLED}的车走，{LICENSE_PLATE}，别认错了"
    )),
    ("resume", "dev", (
        "{HAN}，女，{BIRTH_DATE}出生，{UNIVERSITY}会计学硕士，注册会计师。{YEAR}年起在{COMPANY}"
        "任财务经理，直接上级为{HAN}；此前在{COMPANY}从事审计工作，参与{N}家企业年报审计，审定"
        "资产总额超过{NUM}万元。英语六级，熟练使用SAP与Power BI，期望工作地{CITY}，电话{MOBILE}"
        "，微信{WECHAT_ID}，随时到岗。"
    )),
    ("chat", "dev", "完了 {HAN}把护照落出租车上了，号码{PASSPORT}，{DATE}的飞机怎么办"),
    ("service", "dev", "您拨打的{HOTLINE}客服热线正忙，请稍后再拨，或在App {VERSION}中自助查询。"),
    ("service", "dev", (
        "订单{ORDER}已发货，共{N}件商品，实付{SMALL}元，预计{DATE}送达，任何问题请在订单页留言"
        "。"
    )),
    ("service", "dev",
        "{PRODUCT}（货号{SKU}）现在下单立减{N}元，周末不打烊，马上就抢完了，高兴就好~"
    ),
    ("service", "dev", "亲，黄金手链支持七天无理由退换哦，退换编号{ORDER}，运费由我们承担。"),
    ("medicine", "dev", (
        "血常规：白细胞{D}.{D}×10^9/L，血红蛋白1{D}{D}g/L；血压{BP}，心率{PULSE}次/分，体温36."
        "{D}℃。"
    )),
    ("medicine", "dev", (
        "处方：氨氯地平片5mg每日一次，二甲双胍0.5g每日两次，共14天，合计{SMALL}元，批号{BATCH}"
        "。"
    )),
    ("resume", "dev", (
        "自我评价：工作认真负责，沟通方便，任何时候都能保持安静思考，方向感强，成功主导{N}个项"
        "目，业绩增长{PERCENT}。"
    )),
    ("logistics", "dev", (
        "【快递】您的包裹{TRACK}已到驿站，取件码{PICKUP}，请于今天{TIME}前领取，高峰期请耐心等"
        "待。"
    )),
    ("logistics", "dev",
        "仓库温度2-8℃，湿度45%-65%，批号{BATCH}，有效期至2027年3月，共{NUM}盒，库位A-{N}-{N}。"
    ),
    ("chat", "dev", "真的好高兴啊终于拿到offer了！！周末请你吃火锅，白天晚上都方便"),
    ("chat", "dev", "周末去黄山玩吗，{TRAIN}才{N}块，{FLIGHT}要{SMALL}，再不买马上就涨价了"),
    ("chat", "dev", "你安静点，大家都在睡觉，有什么事白天再说，哈哈"),
    ("finance", "dev",
        "{STOCK}今日收于{N}.{N}元，涨幅{PERCENT}，成交{NUM}手，金融板块整体向好，黄金小幅回落。"
    ),
    ("finance", "dev", (
        "{YEAR}年第一季度营业收入{AMOUNT}万元，同比增长{PERCENT}，毛利率{PERCENT}，管理费用下降"
        "{N}个百分点。"
    )),
    ("finance", "dev", "流水号{WRONG_CARD}与{WRONG_CARD}已冲正，批次{BATCH}，合计{AMOUNT}元。"),
    ("office", "dev", "ISBN {ISBN}，定价{N}.00元，第3版第5次印刷，印数{NUM}册。"),
    ("office", "dev", "会议改到{WEEKDAY}{TIME}，地点3号楼{N}08会议室，请大家准时，别迟到。"),
    ("office", "dev",
        "设备编号{WRONG_ID}，固定资产条码{WRONG_CARD}，存放于B座{N}层，下次盘点{DATE}。"
    ),
    ("office", "dev",
        "合同编号{ORDER}，付款比例{PERCENT}，逾期按日万分之五计收违约金，金额以结算单为准。"
    ),
    ("it", "dev",
        "{STAMP} INFO worker-{N} started, listening on :{PORT}, build {VERSION}, commit {TRACE}"
    ),
    ("it", "dev",
        "升级到{VERSION}后内存占用下降{PERCENT}，QPS从{NUM}涨到{NUM}，重启即可，不用改配置。"
    ),
    ("data", "dev", (
        '{"order_id": "{ORDER}", "sku": "{SKU}", "price": {N}00, "paid": true, "version": "'
        '{VERSION}"}'
    )),
    ("school", "dev", (
        "于是他张开双手，高兴地唱起歌来，田野里一片温柔的时光，王国里的人们都跟着笑了。（第{N}"
        "页）"
    )),
    ("service", "test", (
        "用户反馈：{PERSON}于{DATE}下单{PRODUCT}，物流{TRACK}显示签收但本人未收到，要求退款"
        "{SMALL}元，回电{PHONE_NUMBER}。"
    )),
    ("service", "test", (
        "坐席：请您报一下机主姓名。\n客户：{PERSON}。\n坐席：证件号后面几位？\n客户：全念给你吧"
        "，{ID_CARD}。\n坐席：谢谢，已通过核验。"
    )),
    ("service", "test", "我是{ORGANIZATION}的{HAN}，想问企业版多少钱，加我QQ{QQ_NUMBER}细说"),
    ("service", "test", "差评！{WORKER}修完空调漏水，打他电话{MOBILE}不接，你们管不管？？"),
    ("service", "test",
        "收货信息确认\n收货人 {PERSON}\n手机 {MOBILE}\n地址 {ADDRESS}\n如有误请回复“改”"
    ),
    ("service", "test",
        "您好，{HAN}女士的退款已到账，{HAN}先生的还在审核，两位的订单分别是{ORDER}和{ORDER}"
    ),
    ("service", "test", "客户登记的出生日期是{BIRTH_DATE}，跟证件对不上，麻烦{TITLED}再核一下"),
    ("service", "test", (
        "帮我查个人，名字叫{WORDNAME}，就是那两个字，前天在你们店买了{PRODUCT}，留的电话是"
        "{PLAIN_MOBILE}"
    )),
    ("service", "test", (
        "请将身份证照片发到{EMAIL_ADDRESS}，标题写“{HAN}+解绑”，三个工作日内处理，热线{HOTLINE}"
        "不受理此业务。"
    )),
    ("service", "test",
        "刚接线的小姑娘工号{TAIL}，说让{TITLED}回我电话，都过去两天了，我号码{LANDLINE}"
    ),
    ("service", "test",
        "微信公众号留言 | 用户：{WECHAT_ID} | 内容：我爸{HAN}的会员卡丢了，能补吗？"
    ),
    ("service", "test",
        "改签成功：旅客{HAN}，{TRAIN}次{N}车{N}A号，{DATE} {TIME}开，证件{ID_CARD}。"
    ),
    ("service", "test", "安装地址：{ADDRESS}；联系人：{TITLED}；备注：狗很凶，到楼下先打{MOBILE}"),
    ("medicine", "test", (
        "{HAN}，女，{AGE}岁，主因“右下腹痛1天”急诊入院，病案号{MEDICAL_RECORD_NUMBER}，查体：T "
        "37.9℃，BP {BP}，麦氏点压痛阳性。"
    )),
    ("medicine", "test", (
        "转诊单\n患者：{PERSON}（{BIRTH_DATE}生）\n转出：{HOSPITAL}\n转入：{HOSPITAL}\n接诊医师"
        "：{HAN}"
    )),
    ("medicine", "test", (
        "家属{HAN}（患者之女）对手术风险表示理解并签字，{DOCTOR}主刀，术后由{DOCTOR}随访，电话"
        "{PHONE_NUMBER}。"
    )),
    ("medicine", "test",
        "回访 {DATE}：拨打{MOBILE}，{PERSON}本人接听，诉伤口无红肿，睡眠安静，嘱按时换药。"
    ),
    ("medicine", "test",
        "医保结算：姓名{HAN} 医保编号{MEDICARE} 就诊号{MEDICAL_RECORD_NUMBER} 个人自付{SMALL}元"
    ),
    ("medicine", "test", "患者自述住{ADDRESS}，独居，儿子{HAN}在{COMPANY}上班，周末来看望。"),
    ("medicine", "test", "今早{DOCTOR}交班时说{HAN}夜里血压掉到{BP}，{HAN}已经能下床了，都挺好"),
    ("medicine", "test", (
        "出生医学证明：新生儿{HAN}，出生日期{BIRTH_CHILD}，母亲{HAN}，身份证号{ID_CARD}，接生机"
        "构{HOSPITAL}。"
    )),
    ("medicine", "test",
        "检验科电话通知：{HAN}的血钾3.1，请管床医生{HAN}处理，标本号{BATCH}，报告时间{TIME}。"
    ),
    ("medicine", "test", (
        "住院押金请转{BANK_CARD}，户名{HOSPITAL}，备注患者姓名{HAN}及住院号"
        "{MEDICAL_RECORD_NUMBER}"
    )),
    ("medicine", "test", "核酸登记表：{HAN} {ID_CARD} {MOBILE} {ADDRESS_SHORT}"),
    ("medicine", "test",
        "器官移植协调员{HAN}联系了{DOTTED}的家属，翻译由{DOCTOR}担任，签字日期{DATE}。"
    ),
    ("medicine", "test", (
        "理赔资料：出险人{HAN}，保险单号{POLICY}，住院{N}天，诊断：急性阑尾炎，医院：{HOSPITAL}"
        "。"
    )),
    ("resume", "test", (
        "{PERSON} | {YOUNG}岁 | {CITY} | {MOBILE} | {EMAIL_ADDRESS}\n五年嵌入式经验，熟悉C/C++"
        "、RTOS，现于{COMPANY}任职"
    )),
    ("resume", "test", (
        "基本信息：姓名{HAN}，性别男，生于{BIRTH_DATE}，身高17{D}cm，住址{ADDRESS}，QQ："
        "{QQ_NUMBER}"
    )),
    ("resume", "test", (
        "工作单位：{COMPANY}（2017.4至今）；证明人：{HAN}；证明人电话：{PHONE_NUMBER}；离职原因"
        "：个人发展方向"
    )),
    ("resume", "test",
        "本人{WORDNAME}，{UNIVERSITY}应届生，曾获{YEAR}年数学建模省二等奖，作品见{URL}"
    ),
    ("resume", "test", (
        "内推一个人：{HAN}，在{COMPANY}做了三年算法，代码在 {URL} ，微信{WECHAT_ID}，可以约"
        "{WEEKDAY}聊。"
    )),
    ("resume", "test",
        "面试评价——{HAN}：表达清楚，金融常识扎实，建议录用。面试官：{HAN}、{BOSS}，{DATE}"
    ),
    ("resume", "test",
        "My name is {SPELLED}, 中文名{HAN}，本科{UNIVERSITY}，TOEFL 10{D}，邮箱 {EMAIL_ADDRESS}"
    ),
    ("resume", "test",
        "海外经历：2019年持护照{PASSPORT}赴德国交流一年，导师{FOREIGN}，合作单位{UNIVERSITY}。"
    ),
    ("resume", "test",
        "主要业绩：协助{BOSS}完成{COMPANY}的IPO审计，团队{N}人，差错率低于{PERCENT}"
    ),
    ("resume", "test",
        "{HAN}的简历我看了，{HAN}那份也不错，就是薪资要{AMOUNT}，你约一下{HAN}，电话{MOBILE}"
    ),
    ("logistics", "test",
        "收货地址：{ADDRESS}，收货人：{HAN}，联系电话：{PHONE_NUMBER}，备注：放门口即可"
    ),
    ("logistics", "test", "麻烦改派到{ADDRESS} 收件人换成{HAN} {PLAIN_MOBILE} 谢谢师傅"),
    ("logistics", "test", "货在中转站滞留三天了，客户{TITLED}催了好几次，{HAN}让先退回{COMPANY}"),
    ("logistics", "test", "{LICENSE_PLATE}司机{HAN}超速，被{AGENCY}扣下，请{TITLED}去处理"),
    ("logistics", "test",
        "运单{TRACK}\n寄：{HAN} {MOBILE}\n到：{PERSON} {MOBILE}\n{ADDRESS}\n到付{SMALL}元"
    ),
    ("logistics", "test",
        "派送员{HAN}已接单，约{TIME}送达{ADDRESS_SHORT}，虚拟号码失效请拨{MOBILE}"
    ),
    ("logistics", "test",
        "跟{HAN}说一声，{LICENSE_PLATE}今天限行，换{LICENSE_PLATE}去送，走高速绕开{CITY}"
    ),
    ("logistics", "test", (
        "集装箱{SERIAL}，收货方{COMPANY}，统一社会信用代码{CREDIT_CODE}，地址{ADDRESS}，电话"
        "{LANDLINE}"
    )),
    ("logistics", "test", "{HAN}在{ADDRESS_SHORT}等了半小时没见车，问{TITLED}是不是走错了"),
    ("logistics", "test", "外卖到{ADDRESS_SHORT}，放前台就行，{HAN}的那单，尾号{TAIL}"),
    ("logistics", "test",
        "跨境包裹实名：收件人{HAN}，身份证号码{ID_CARD}，清关费用{SMALL}元，单号{TRACK}"
    ),
    ("chat", "test", "{HAN}说她不想去了你劝劝她呗"),
    ("chat", "test", "刚看见{HAN}发朋友圈 原来去{COMPANY}上班了 羡慕死了"),
    ("chat", "test", "谁有{HAN}微信推我一下\n{WECHAT_ID} 这个\n好嘞👌"),
    ("chat", "test", "{NICK}结婚你随多少？我跟{HAN}商量随六百，{TITLED}说八百"),
    ("chat", "test", "我把{HAN}拉进来了 大家认识下 以前是{UNIVERSITY}的 现在做设计"),
    ("chat", "test", "姐你身份证号发我一下订票用\n{ID_CARD}\n收到，高铁{TRAIN}，{TIME}开"),
    ("chat", "test", "晚上谁去？我 {HAN} {HAN} 还有{TITLED}，一共四个人"),
    ("chat", "test", "借{HAN}的伞忘还了他也没催我，人真好"),
    ("chat", "test", "门锁密码{PASSWORD}，进去帮我喂下猫，猫粮在柜子里"),
    ("chat", "test", "爸你QQ号是{QQ_NUMBER}吧 我帮你登不上 说密码错了"),
    ("chat", "test", "我们班有个人叫{WORDNAME}，点名的时候全班都笑，他自己倒是很淡定"),
    ("chat", "test", "{HAN}带{HAN}去看电影被{HAN}撞见了哈哈哈哈笑死我了"),
    ("chat", "test", "定位发你了 {ADDRESS_SHORT} 到了喊{NICK}开门"),
    ("chat", "test", "中午{TITLED}请客，{HAN}减肥不去，{NICK}在开会"),
    ("chat", "test", "{GIVEN}起床了没，都{TIME}了，{TITLED}点名呢"),
    ("chat", "test", "帮我给{HAN}带句话 票买好了 {DATE} {FLIGHT} 别迟到"),
    ("chat", "test", "钱打你{BANK_CARD}了 你查下 不够再跟我说"),
    ("chat", "test", "他妈是{HOSPITAL}的护士长，叫{HAN}，人特别好"),
    ("chat", "test", "{FIRST}说{HAN}昨天喝多了，{NICK}送他回{ADDRESS_SHORT}的"),
    ("chat", "test", "vx：{WECHAT_ID}，手机{MOBILE}，加的时候说是{HAN}介绍的"),
    ("chat", "test", "這個週末{TRAD}約我去{CITY}，{TRAD}也會來，你要不要一起🥳"),
    ("chat", "test", "哎{HAN}你是不是又换车了，楼下那辆{LICENSE_PLATE}是你的不"),
    ("chat", "test", "借了{HAN}的账号看剧，他说密码是{PASSWORD}，你别乱传"),
    ("chat", "test", "表妹{HAN}考上{UNIVERSITY}了，全家高兴坏了"),
    ("chat", "test", "老师说明天{HAN}值日，不是{HAN}，{HAN}别忘带钥匙"),
    ("finance", "test", "请转到{BANK_CARD}，{BANK}，户名{PERSON}，转完把回单发{EMAIL_ADDRESS}"),
    ("finance", "test", (
        "借款人{HAN}与出借人{HAN}于{DATE}签订借款合同（编号{ORDER}），本金{AMOUNT}元，年利率"
        "{PERCENT}，保证人{COMPANY}。"
    )),
    ("finance", "test", (
        "{HAN}的征信报告：证件号码{ID_CARD}，婚姻状况已婚，配偶{HAN}，工作单位{ORGANIZATION}，"
        "逾期{N}次。"
    )),
    ("finance", "test", (
        "信用卡{BANK_CARD}，有效期09/28，持卡人{SPELLED}，账单日每月{DOM}日，最低还款{AMOUNT}元"
        "。"
    )),
    ("finance", "test", (
        "保险合同号{POLICY}，投保人{HAN}，出生日期{BIRTH_DATE}，电话{MOBILE}，缴费账户"
        "{BANK_CARD}。"
    )),
    ("finance", "test",
        "付款申请：对方单位{COMPANY}，账号{BANK_CARD}，事由：展会尾款，经办{HAN}，复核{BOSS}"
    ),
    ("finance", "test",
        "柜员{HAN}为客户{BOSS}办理了{AMOUNT}元定存，网点：{BANK}，客户电话{PHONE_NUMBER}。"
    ),
    ("finance", "test", (
        "股东名册：{HAN} 持股{PERCENT}；{HAN} 持股{PERCENT}；{COMPANY}（{CREDIT_CODE}）持股"
        "{PERCENT}"
    )),
    ("finance", "test", "{HAN}买的那只{STOCK}跌了{PERCENT}，{BOSS}劝他马上割肉"),
    ("finance", "test", (
        "车贷客户{PERSON}，车辆{LICENSE_PLATE}，家访地址{ADDRESS}，联系人{HAN}，还款卡"
        "{BANK_CARD}"
    )),
    ("finance", "test",
        "理财到期提醒：{HAN}先生，您在{BANK}购买的产品{SKU}将于{DATE}到期，本金{AMOUNT}元。"
    ),
    ("office", "test", "参会人员（签到）：{HAN} {HAN} {HAN} {HAN}\n列席：{BOSS}\n主持：{HAN}"),
    ("office", "test", (
        "委托书：本人{HAN}（身份证{ID_CARD}）委托{HAN}（身份证{ID_CARD}）代为办理{ADDRESS}房屋"
        "过户手续。"
    )),
    ("office", "test", (
        "转让方：{COMPANY}；受让方：{COMPANY}，信用代码{CREDIT_CODE}，法人{HAN}，合同金额"
        "{AMOUNT}元。"
    )),
    ("office", "test", (
        "入职登记：{PERSON}，手机{MOBILE}，邮箱{EMAIL_ADDRESS}，社保号{MEDICARE}，紧急联系人"
        "{HAN}（父子）{MOBILE}。"
    )),
    ("office", "test",
        "经{AGENCY}查明，{HAN}伙同{HAN}以{COMPANY}名义虚开发票{N}份，涉案金额{AMOUNT}元。"
    ),
    ("office", "test", (
        "被上诉人{PERSON}，{BIRTH_DATE}出生，汉族，住{ADDRESS}，委托诉讼代理人{HAN}，{COMPANY}"
        "法律顾问。"
    )),
    ("office", "test",
        "持来往大陆通行证（{PERMIT_TW}）的{HAN}今日入住，房号1{N}，预计{DATE}离店。"
    ),
    ("office", "test", "持永久居留证{PERMIT_GREEN}的{FOREIGN}申请变更工作单位，新单位{COMPANY}。"),
    ("office", "test",
        "港澳通行证号码{PERMIT_HK}，姓名{HAN}，{SPELLED}，签发机关：公安部出入境管理局"
    ),
    ("office", "test", "护照挂失：{HAN}，原护照号{PASSPORT}，声明作废，联系电话{PHONE_NUMBER}。"),
    ("office", "test",
        "旅行团名单\n1 {HAN} {PASSPORT}\n2 {HAN} {PASSPORT}\n3 {FOREIGN} {PASSPORT_EN}"
    ),
    ("office", "test", "采购找{BOSS}，法务找{HAN}，报销单交{HAN}，其他问题发{EMAIL_ADDRESS}"),
    ("office", "test", "让{HAN}把合同给{BOSS}盖章，盖完寄{COMPANY}，地址{ADDRESS}"),
    ("office", "test",
        "我司{COMPANY}授权{HAN}（护照{PASSPORT}，电话{MOBILE}）全权处理{CITY}项目投标事宜。"
    ),
    ("school", "test", (
        "录取名单：{HAN}（{UNIVERSITY}）、{HAN}（{UNIVERSITY}）、{MINORITY}（{UNIVERSITY}），共"
        "{N}人。"
    )),
    ("school", "test", (
        "家访记录：学生{HAN}，家住{ADDRESS}，父亲{HAN}在外务工，母亲电话{MOBILE}，成绩下滑明显"
        "。"
    )),
    ("school", "test",
        "{TEACHER}您好，我是三年二班{HAN}的妈妈，孩子明天要去{HOSPITAL}拔牙，请假半天。"
    ),
    ("school", "test", (
        "论文《{YEAR}年黄金价格波动研究》，作者{HAN}，指导教师{HAN}，{UNIVERSITY}经济学院，邮箱"
        "{EMAIL_ADDRESS}"
    )),
    ("school", "test", "班长{HAN}，学委{WORDNAME}，体委{HAN}，有事先找班长，再找{TEACHER}。"),
    ("school", "test", "考生{HAN}，准考证号{WRONG_CARD}，身份证{ID_CARD}，考点{SCHOOL}，座位{N}。"),
    ("it", "test", (
        "{STAMP} WARN [auth] {EMAIL_ADDRESS} 连续{N}次输错密码，来源{IP_ADDRESS}，设备"
        "{MAC_ADDRESS}"
    )),
    ("it", "test", "测试环境：{URL} 账号test01 密码{PASSWORD}，库在{IPV4}:{PORT}，有问题找{HAN}"),
    ("it", "test", "新key是{API_KEY}，旧的今晚{TIME}失效，别再发群里了@{HAN}"),
    ("it", "test", "access_token={TOKEN}&device={MAC_ADDRESS}&ip={IP_ADDRESS}"),
    ("it", "test", "堡垒机放行{IPV4}和{IP_ADDRESS}，申请人{HAN}，审批{BOSS}，工单{ORDER}"),
    ("it", "test", "{BOSS}的电脑MAC是{MAC_ADDRESS}，IP冲突，已改成{IPV4}，网关不变。"),
    ("it", "test", "DHCP租约 {IPV4} -> {MAC_ADDRESS} hostname=MacBook-{FIRST} 到期{STAMP}"),
    ("it", "test", "配置文件里写着 secret_key: {TOKEN}，这个不能进镜像，{HAN}改一下，参考{URL}"),
    ("it", "test", "私钥发我了，先别外传：\n{PEM}\n——{HAN}"),
    ("mail", "test", (
        "{HAN}你好，\n请于{DATE}前把护照（{PASSPORT}）扫描件发至{EMAIL_ADDRESS}，并抄送{BOSS}。"
        "\n{HAN}"
    )),
    ("mail", "test", (
        "抄送：{EMAIL_ADDRESS}；{EMAIL_ADDRESS}\n各位：{HAN}将于下周接替{HAN}担任项目经理，办公"
        "电话{LANDLINE}。"
    )),
    ("mail", "test", "注册成功！账号：{EMAIL_ADDRESS}，初始密码：{PASSWORD}，请点击 {URL} 激活。"),
    ("mail", "test", "-- \n{HAN} | {COMPANY}\nTel: {LANDLINE}  Mobile: {MOBILE}\n{ADDRESS}\n{URL}"),
    ("data", "test", (
        '{"user": {"nick": "{NICK}", "real_name": "{HAN}", "id_no": "{ID_CARD}", "birthday": "'
        '{BIRTH_DATE}"}, "ts": 17{SIX}00}'
    )),
    ("data", "test", (
        "工号,姓名,部门,手机\n{TAIL},{HAN},财务,{PLAIN_MOBILE}\n{TAIL},{HAN},仓储,"
        "{PLAIN_MOBILE}\n{TAIL},{HAN},法务,{PLAIN_MOBILE}"
    )),
    ("data", "test", (
        "## 客户档案\n- **姓名**：{PERSON}\n- **电话**：{PHONE_NUMBER}\n- **公司**：{COMPANY}\n"
        "- **备注**：金额{AMOUNT}，{PERCENT}折扣"
    )),
    ("data", "test", "name={SPELLED};cn={HAN};plate={LICENSE_PLATE};ip={IPV4};ver={VERSION}"),
    ("data", "test", '["{HAN}", "{HAN}", "{DOTTED}", "{MINORITY}"]'),
    ("data", "test", (
        "<user><name>{HAN}</name><addr>{ADDRESS}</addr><card>{BANK_CARD}</card><order>{ORDER}</"
        "order></user>"
    )),
    ("office", "test", (
        "扫描件识别结果：姓 名\u3000{HAN}\u3000公民身份号码\u3000{WIDE_ID}\u3000手 机\u3000"
        "{WIDE_MOBILE}"
    )),
    ("chat", "test", "家里人都叫我{GIVEN}，大名{HAN}，{BIRTH_DATE}生的，属什么自己算😂"),
    ("office", "test", (
        "老板{BOSS}名下三家公司：{COMPANY}、{COMPANY}、{COMPANY}，其中一家信用代码{CREDIT_CODE}"
        "已注销"
    )),
    ("service", "test", (
        "发票抬头：{COMPANY} 纳税人识别号：{CREDIT_CODE} 开户行：{BANK} 账号：{BANK_CARD} 电话"
        "：{LANDLINE}"
    )),
    ("chat", "test", "扣扣{QQ_NUMBER}，不常上，急事打{MOBILE}"),
    ("chat", "test", "{HAN}的q是{QQ_NUMBER} 你加她说是我同学就行"),
    ("office", "test", (
        "承租人{TRAD}女士，通訊地址{TRAD_ADDRESS}，聯絡電話{PHONE_HK}，租期一年，租金{AMOUNT}元"
        "。"
    )),
    ("service", "test", "你好，我想查詢訂單{ORDER}，登記人{TRAD}，手機{PHONE_HK}，謝謝"),
    ("office", "test",
        "境外人员临时住宿登记：{HAN}，通行证{PERMIT_HK}，住{ADDRESS}，房东{HAN}电话{MOBILE}。"
    ),
    ("office", "test", (
        "子女入学材料：父亲{FOREIGN}，永久居留身份证{PERMIT_GREEN}；母亲{HAN}，身份证{ID_CARD}"
        "。"
    )),
    ("school", "test", (
        "交换生{HAN}的台湾居民来往大陆通行证号码是{PERMIT_TW}，{DATE}到校报到，由{TEACHER}接站"
        "。"
    )),
    ("finance", "test",
        "境外客户{HAN}凭回乡证（{PERMIT_HK}）开立二类户，卡号{BANK_CARD}，预留手机{MOBILE}。"
    ),
    ("office", "test", (
        "经查询，代码{CREDIT_CODE}对应的企业为{COMPANY}，状态存续，法定代表人{HAN}，住所"
        "{ADDRESS}。"
    )),
    ("data", "test",
        "company: {COMPANY}\nuscc: {CREDIT_CODE}\ncontact: {HAN}\nwechat: {WECHAT_ID}"
    ),
    ("it", "test", "资产台账 | {HAN} | {MAC_ADDRESS} | {IPV4} | {PRODUCT} | {DATE}领用"),
    ("it", "test", "蓝牙音箱{MAC_ADDRESS}连不上，手机那边显示{MAC_ADDRESS}已占用，固件{VERSION}"),
    ("chat", "test", "微信搜{WECHAT_ID}就能找到我，头像是只柴犬"),
    ("service", "test",
        "卖家您好，{PRODUCT}有货吗，方便加QQ：{QQ_NUMBER}聊吗，或者微信 {WECHAT_ID}"
    ),
    ("chat", "test", "群主QQ号{QQ_NUMBER}，进群改备注，格式：学校-姓名，比如 {SCHOOL}-{HAN}"),
    ("medicine", "test", (
        "影像科：请调取住院号{MEDICAL_RECORD_NUMBER}的增强CT，患者{HAN}，{AGE}岁，申请医师"
        "{DOCTOR}"
    )),
    ("medicine", "test", (
        "随访表\n编号：{N}\n门诊病历号：{MEDICAL_RECORD_NUMBER}\n姓名：{HAN}\n现住址：{ADDRESS}"
        "\n血压：{BP}"
    )),
    ("medicine", "test", (
        "{ELDER}您好，您父亲{HAN}的报告出来了，登记号{MEDICAL_RECORD_NUMBER}，带医保卡（"
        "{MEDICARE}）来取"
    )),
    ("service", "test", (
        "用户：你们客服怎么回事，我找了{HAN:a}三次都没结果\n客服：非常抱歉，请您提供一下订单信"
        "息\n用户：{ORDER}，买的{PRODUCT}，收件人是我媳妇{HAN:b}，电话{MOBILE}\n客服：查到了，"
        "包裹{TRACK}目前在{CITY}中转，派送地址{ADDRESS}，请问有误吗\n用户：门牌错了，是{N}号，"
        "还有把{HAN:b}的名字写全\n客服：好的，已修改并反馈给{HAN:a}，还有其他问题吗"
    )),
    ("medicine", "test", (
        "死亡病例讨论（{DATE}，示教室）主持人：{DOCTOR}。参加人员：{HAN}、{HAN}、{HAN}及全体进"
        "修医师。{HAN}汇报病史：患者{HAN:a}，{AGE}岁，住院号{MEDICAL_RECORD_NUMBER}，因急性心梗"
        "由{HOSPITAL}转入，入院时血压{BP}，予急诊PCI。{DOCTOR}认为，{HAN:a}合并糖尿病多年，血管"
        "条件差，抢救及时，家属无异议。"
    )),
    ("finance", "test", (
        "尽职调查摘要：借款主体{COMPANY:a}（统一社会信用代码{CREDIT_CODE}）成立于{YEAR}年，实际"
        "控制人{HAN:b}持股{PERCENT}，其配偶{HAN}持股{PERCENT}。{COMPANY:a}经营场所位于{ADDRESS}"
        "，现有员工{N}人。经走访，{HAN:b}名下另有车辆{LICENSE_PLATE}一台，主要结算账户"
        "{BANK_CARD}开立于{BANK}。近一年营收{AMOUNT}万元，综合评级BBB，建议授信金额不超过{N}0万"
        "元。"
    )),
    ("legal", "test", (
        "经审理查明：{DATE} {TIME}许，被告人{PERSON:a}驾驶{LICENSE_PLATE}小型普通客车沿"
        "{ADDRESS_SHORT}门前道路由东向西行驶时，与行人{HAN:b}相撞，致{HAN:b}受伤，后被送往"
        "{HOSPITAL}救治。{PERSON:a}在现场拨打110、120并等候处理，如实供述。经{AGENCY}认定，"
        "{PERSON:a}负事故主要责任。双方已就赔偿金额{AMOUNT}元达成和解。"
    )),
    ("chat", "test", (
        "【{UNIVERSITY}校友群】\n{HAN:a}：谁知道{HAN:b}现在在哪\n{HAN}：好像在{COMPANY}吧，上次"
        "饭局见过\n{HAN:a}：有联系方式吗\n{NICK}：{WECHAT_ID} 这是他微信，手机{MOBILE}不知道换"
        "没换\n{HAN:a}：谢了🙏 改天请你们吃饭"
    )),
    ("mail", "test", (
        "{BOSS}：\n您好！贵司{HAN:a}女士昨日来访时提到的服务器{IPV4}无法访问问题，经排查为证书"
        "过期（{VERSION}已修复）。临时口令{PASSWORD}，有效期到{DATE}，请转告{HAN:a}登录 {URL} "
        "后立即修改。如仍异常，请联系值班工程师{HAN}，电话{LANDLINE}，或发邮件到{EMAIL_ADDRESS}"
        "。\n顺颂商祺\n{HAN}"
    )),
    ("service", "test",
        "值机失败，提示证件号不符，我护照是{PASSPORT}，旅客姓名{HAN}（{SPELLED}），航班{FLIGHT}"
    ),
    ("service", "test", (
        "感谢您的耐心等待，《王国纪元》手游将于{DATE}停服维护，补偿{N}钻石，兑换码见公告，客服"
        "{HOTLINE}。"
    )),
    ("service", "test",
        "您的验机报告已生成：{PRODUCT}，序列号{SERIAL}，电池健康{N}%，任意门店均可保修。"
    ),
    ("service", "test",
        "您好，方便的话请描述一下故障，安全起见不要自行拆机，{WEEKDAY}工程师会统一回复。"
    ),
    ("medicine", "test", (
        "心电图提示窦性心律，{PULSE}次/分，未见ST-T改变；{DATE}胸片未见异常；血压{BP}，尿酸3{D}"
        "{D}μmol/L。"
    )),
    ("medicine", "test",
        "温柔擦拭患处，白天每4小时一次，任何不适请停用，单盒{N}片，国药准字H20{SIX}。"
    ),
    ("resume", "test", (
        "技能：Python 3.11、MySQL 8.0、Kubernetes {VERSION}，主导{N}人团队，{YEAR}年获优秀员工"
        "，方向为推荐系统。"
    )),
    ("logistics", "test",
        "{TRACK}已从{CITY}发往{CITY}，预计{DATE} {TIME}到达，重量{N}.{N}kg，体积0.0{N}m³。"
    ),
    ("logistics", "test",
        "货品{SKU}缺{N}件，{SKU}多{N}件，库位C{N}-0{N}，请于{WEEKDAY}前盘点完毕。"
    ),
    ("chat", "test", "今天天气真好，白天去爬高山，晚上看黎明前的星星，时光过得真快啊"),
    ("chat", "test", "{FLIGHT}晚点两小时，饿死了，机场一碗面{N}块，金融街的饭都没这么贵"),
    ("chat", "test", "哈哈任意门要是真的有就好了，马上传送到海边，于是不用上班"),
    ("finance", "test",
        "交易参考号{WRONG_ID}，金额{AMOUNT}元，手续费{N}.00元，状态：成功，疑问请拨{HOTLINE}。"
    ),
    ("finance", "test",
        "黄金价格上涨{PERCENT}，白银持平，金融市场方向不明，周末休市，{STOCK}停牌。"
    ),
    ("finance", "test",
        "基金{SIX}单位净值1.{TAIL}，申购费率0.15%，最低{N}元起购，赎回T+1到账，安全边际较高。"
    ),
    ("office", "test", (
        "教育局通知：自{DATE}起作息时间调整，白天课时不变，周末不补课，各校须认真执行，文号〔"
        "{YEAR}〕{N}号。"
    )),
    ("office", "test", (
        "项目计划：3月完成评审，{DATE}上线{VERSION}，负责人待定，预算{AMOUNT}万元，地点会议室B"
        "{N}5。"
    )),
    ("office", "test", "坐标{COORD}处发现古代王国遗址，距今约{NUM}年，海拔{NUM}米，方圆{N}公里。"),
    ("it", "test", (
        "{STAMP} ERROR timeout after {NUM}ms, retry={N}, port={PORT}, trace={TRACE}, build "
        "{BUILD}"
    )),
    ("it", "test", "请把依赖锁到{VERSION}，镜像sha {TRACE}，端口{PORT}保持关闭，凌晨{TIME}发布。"),
    ("data", "test", "id,sku,qty,price\n{NUM},{SKU},{N},{AMOUNT}\n{NUM},{SKU},{N},{AMOUNT}"),
    ("data", "test", (
        '{"flight": "{FLIGHT}", "date": "{DATE}", "seat": "{N}C", "price": {N}00, "ref": "'
        '{WRONG_CARD}"}'
    )),
    ("school", "test", (
        "第{N}课《高山流水》：阅读课文，用“温柔”“安静”“任何”各造一个句子，ISBN {ISBN}，第{N}页"
        "。"
    )),
    ("school", "test", "战国时期的文物于{YEAR}年出土，共{N}件，编号{SKU}，展厅周全地保留了原貌。"),
)  # fmt: skip
