"""Sentences with the world's numbers as people write them: {TYPE}, or {TYPE:maker}; {#...} is nobody's.

Written before the recognisers were, from the habits of forms, mails, chats and logs.
"""

TEMPLATES = (
    # phones
    "You can reach me at {PHONE_NUMBER} after six.", "My new mobile is {PHONE_NUMBER}.",
    "Phone: {PHONE_NUMBER}", "Please call {PHONE_NUMBER} and ask for the front desk.",
    "Tel. {PHONE_NUMBER} / Fax {PHONE_NUMBER}", "{PHONE_NUMBER} is my office line, use it before noon.",
    "Text me on {PHONE_NUMBER} when you arrive", "I tried {PHONE_NUMBER} twice but nobody picked up.",
    "Her cell ({PHONE_NUMBER}) went straight to voicemail.", "Contact\nKirchweg 4\n{PHONE_NUMBER}\n",
    "name,phone,city\nAnna,{PHONE_NUMBER},Bonn", '{"mobile": "{PHONE_NUMBER}", "vip": true}',
    "Is {PHONE_NUMBER} still your number?", "WhatsApp: {PHONE_NUMBER}.", "the desk phone is {PHONE_NUMBER:short}",
    "call extension: {PHONE_NUMBER:extension}", "Handy {PHONE_NUMBER}, bitte nicht vor 9 Uhr.",
    "Téléphone : {PHONE_NUMBER}", "Mi teléfono es {PHONE_NUMBER}, gracias.", "我在国外的电话是{PHONE_NUMBER}，晚上打",
    "海外联系电话：{PHONE_NUMBER}", "Home {PHONE_NUMBER:short}, ask for Tom", "Signed\nJ.\nM: {PHONE_NUMBER}",
    "How do I forward calls from {PHONE_NUMBER} to my landline?", "Did the number {PHONE_NUMBER} get registered?",
    # accounts and cards
    "Please wire it to IBAN {IBAN}.", "iban: {IBAN}", "My account is {IBAN} at the savings bank",
    "Konto {IBAN}, danke!", "收款IBAN：{IBAN}，请备注姓名", "beneficiary;iban\nMeier;{IBAN}",
    "The transfer to {IBAN} bounced.", "Charge my card {BANK_CARD} please.", "Visa {BANK_CARD}, exp 09/27",
    "cc {BANK_CARD} was declined", "amex: {BANK_CARD}", "用卡号{BANK_CARD}付的", "I paid with {BANK_CARD} yesterday",
    "My credit card number is {BANK_CARD}.", "card no. {BANK_CARD}", "mastercard ending in four, in full {BANK_CARD}",
    "Is there a fee on the card with number {BANK_CARD}?", '{"card": "{BANK_CARD}"}',
    # driving licences
    "Driver's license number: {DRIVER_LICENSE}", "my driving licence is {DRIVER_LICENSE}", "DL# {DRIVER_LICENSE}",
    "Führerscheinnummer {DRIVER_LICENSE}", "permis de conduire n° {DRIVER_LICENSE}", "drivers licence no {DRIVER_LICENSE}, valid",
    "Licence {DRIVER_LICENSE} (UK driving licence)", "the driver license {DRIVER_LICENSE} expired", "patente di guida: {DRIVER_LICENSE}",
    "My drivers license # is {DRIVER_LICENSE}.", "驾照号 {DRIVER_LICENSE}，美国的", "驾驶证号：{ID_CARD:china}", "carnet de conducir {DRIVER_LICENSE}",
    # people's numbers
    "National Insurance number {NATIONAL_ID:nino}", "NI no: {NATIONAL_ID:nino}.", "her NINO is {NATIONAL_ID:nino}",
    "NHS number {MEDICAL_RECORD_NUMBER:nhs}", "NHS no. {MEDICAL_RECORD_NUMBER:nhs}, ward 4",
    "NRIC {NATIONAL_ID:nric}", "his FIN is {NATIONAL_ID:nric}, he said", "{NATIONAL_ID:nric} signed for it",
    "주민등록번호 {NATIONAL_ID:rrn}", "RRN: {NATIONAL_ID:rrn}", "マイナンバー：{NATIONAL_ID:my_number}", "My Number {NATIONAL_ID:my_number}",
    "Aadhaar {NATIONAL_ID:aadhaar}", "aadhaar no: {NATIONAL_ID:aadhaar}, linked", "PAN {TAX_ID:pan}", "PAN card number is {TAX_ID:pan}.",
    "SIN {NATIONAL_ID:sin}", "social insurance number: {NATIONAL_ID:sin}", "TFN: {TAX_ID:tfn}", "tax file number {TAX_ID:tfn}",
    "Steuer-ID {TAX_ID:steuer_id}", "Steueridentifikationsnummer: {TAX_ID:steuer_id}", "numéro de sécurité sociale {NATIONAL_ID:nir}",
    "NIR : {NATIONAL_ID:nir}", "codice fiscale {NATIONAL_ID:codice_fiscale}", "C.F. {NATIONAL_ID:codice_fiscale}", "{NATIONAL_ID:codice_fiscale} è il mio codice",
    "DNI {NATIONAL_ID:dni}", "con NIE {NATIONAL_ID:dni}, domiciliado", "CPF {NATIONAL_ID:cpf}", "CPF nº {NATIONAL_ID:cpf}, brasileiro",
    "台湾身份证字号{ID_CARD:taiwan}", "身分證字號：{ID_CARD:taiwan}", "统一证号 {ID_CARD:taiwan}", "香港身份证{ID_CARD:hong_kong}",
    "HKID: {ID_CARD:hong_kong}", "Hong Kong ID card {ID_CARD:hong_kong}", "澳门身份证号码 {ID_CARD:macao}", "澳門居民身份證：{ID_CARD:macao}。",
    "SSN {ID_CARD:ssn}", "my social security number is {ID_CARD:ssn}.", "ssn,name\n{ID_CARD:ssn},Bob", "ITIN {TAX_ID:itin}",
    "ITIN: {TAX_ID:itin}, issued", "VAT no. {TAX_ID:vat}", "USt-IdNr. {TAX_ID:vat}", "our VAT number is {TAX_ID:vat}.", "P.IVA {TAX_ID:vat}",
    # wallets and secrets
    "send the BTC to {CRYPTO_WALLET}", "wallet: {CRYPTO_WALLET}", "我的钱包地址 {CRYPTO_WALLET}", "{CRYPTO_WALLET} received 0.5",
    "USDT地址：{CRYPTO_WALLET}，TRC20", '{"address": "{CRYPTO_WALLET}", "coin": "x"}', "Donate: {CRYPTO_WALLET}.",
    "Set-Cookie: sessionid={SECRET:token}; Path=/; HttpOnly", "Cookie: PHPSESSID={SECRET:token}", "Authorization: Bearer {SECRET:token}",
    "export KEY={SECRET}", "the key {SECRET} leaked", "api_key = '{SECRET}'", "密钥是{SECRET}，别外传", "curl -H 'Authorization: Bearer {SECRET}' https",
    "JSESSIONID={SECRET:token}", "config: {\"token\": \"{SECRET}\"}",
    # places, dates, mail
    "GPS: {COORDINATES}", "We are at {COORDINATES}, come by", "coordinates {COORDINATES}", "lat/lon: {COORDINATES}", "坐标：{COORDINATES}",
    "经纬度 {COORDINATES}。", "location=({COORDINATES})", "born on {BIRTH_DATE:words}", "DOB {BIRTH_DATE:words}", "Date of birth: {BIRTH_DATE:words}.",
    "She was born {BIRTH_DATE:words} in Cork.", "my birthday is {BIRTH_DATE:words}", "{BIRTH_DATE:han}生", "生日是{BIRTH_DATE:han}", "出生日期：{BIRTH_DATE:han}",
    "他{BIRTH_DATE:han}出生，属猪", "Mail {EMAIL_ADDRESS:world}.", "邮箱：{EMAIL_ADDRESS:world}，谢谢", "write to {EMAIL_ADDRESS:world}, please",
    "<{EMAIL_ADDRESS:world}>", "({EMAIL_ADDRESS:world})", "my email is {EMAIL_ADDRESS:spoken}", "Correo: {EMAIL_ADDRESS:world};", "email me: {EMAIL_ADDRESS:spoken} thanks",
    # nobody's
    "Order {#order} shipped with tracking {#tracking}.", "Invoice no. {#order} of {#date}, total {#amount} EUR", "upgrade to version {#version} today",
    "SKU {#sku} is sold out, see {#sku}", "ISBN {#isbn} is out of print", "{#isbn}", "Between {#date} and {#date} sales rose by {#amount}.",
    "The score was 21-18 21-15 and 3-2.", "Population {#spaced}, area {#spaced} km2", "参考号{#order}，金额{#amount}元", "build {#version}.{#version}",
    "{#spaced} people live there.", "Ticket {#order} is closed; parts {#sku}, {#sku}", "ZIP 62704-1234 and 90210", "at {#date} 10:30:45 pid 48213",
    "The ratio 3.14159265 2.71828182 is fine", "Zwischen 1914 1918 und 1939 1945", "tracking number {#tracking}, batch {#order}", "型号{#sku}，批号{#order}",
    "Flight BA2490 at 14:05, seat 23A, gate 7", "commit {#hash} fixes {#hash}", "共{#spaced}人，同比增长3.25%", "IPv4 10.0.0 and mask 255.255", "page 12-14, 20-22, 101-103",
    "serial {#sku} ({#tracking})", "He is thirty-five years old and 42 at heart.", "pp. 1123 4456 7789", "Article 12 345 678 in stock",
)  # fmt: skip
