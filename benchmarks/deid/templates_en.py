"""English templates: domain, the only split a template serves, text with {PLACES}."""

from __future__ import annotations

TEMPLATES: tuple[tuple[str, str, str], ...] = (
    ("service", "dev", (
        "Hi, my name is {PERSON} and order {ORDER} still has not arrived. You can reach me at "
        "{PHONE_NUMBER}."
    )),
    ("service", "dev", (
        "Agent: Thanks for calling, how can I help?\nCaller: This is {PERSON}, I need to change"
        " my shipping address to {ADDRESS}."
    )),
    ("service", "dev", (
        "Customer {PERSON} called about a refund of ${SMALL}. Email on file: {EMAIL_ADDRESS}. "
        "Next step: callback on Monday."
    )),
    ("service", "dev", "Please ship the replacement {PRODUCT} to {ADDRESS}, attn. {PERSON}."),
    ("service", "dev", (
        "I spoke with {FIRST} yesterday and she promised a callback. Nobody called. Regards, "
        "{PERSON}"
    )),
    ("service", "dev", (
        "Dear Mr. {LAST}, your password was reset to {PASSWORD}. Please change it at {URL} "
        "before {DATE}."
    )),
    ("service", "dev", (
        "the driver ({PLATE_EN} on the plate) left my parcel in the rain, my number is "
        "{PHONE_NUMBER}, please fix this"
    )),
    ("medicine", "dev", (
        "Patient {PERSON}, DOB {BIRTH_DATE}, MRN {MEDICAL_RECORD_NUMBER}, presented with chest "
        "pain. BP 140/90 mmHg."
    )),
    ("medicine", "dev",
        "Dr. {PERSON} at {CLINIC} recommended physical therapy twice a week for 6 weeks."
    ),
    ("medicine", "dev",
        "Emergency contact: {PERSON} (wife), {PHONE_NUMBER}. Insurance policy no. {POLICY}."
    ),
    ("medicine", "dev", (
        "Mrs. {LAST} denied shortness of breath; her daughter {PERSON} was present during the "
        "visit."
    )),
    ("medicine", "dev",
        "The patient lives at {ADDRESS} with his cousin {FIRST} and works for {ORGANIZATION}."
    ),
    ("resume", "dev", (
        "{PERSON}\n{ADDRESS}\n{PHONE_NUMBER} | {EMAIL_ADDRESS}\nSenior Software Engineer with 8"
        " years of experience"
    )),
    ("resume", "dev", (
        "Worked at {ORGANIZATION} from 2016 to 2020 as a data analyst, then joined "
        "{ORGANIZATION}."
    )),
    ("resume", "dev", "References: Prof. {PERSON}, {ORGANIZATION}, {EMAIL_ADDRESS}."),
    ("resume", "dev", (
        "Interview with {PERSON} on Thursday at 10:30 in Room 204; panel: {PERSON} and {PERSON}"
        "."
    )),
    ("logistics", "dev",
        "Ship from: {ORGANIZATION}, {ADDRESS}\nShip to: {PERSON}, {ADDRESS}\nRef: {ORDER}"
    ),
    ("logistics", "dev", "Signed for by {FIRST} at 14:22, driver {PERSON}, van {PLATE_EN}."),
    ("chat", "dev", "hey did {FIRST} text you back? her new number is {PHONE_NUMBER}"),
    ("chat", "dev", "had lunch with {PERSON} today, he says hi 😊"),
    ("chat", "dev", "meet me at {ADDRESS} around 7, {FIRST} is driving"),
    ("chat", "dev", "lol {FIRST_LOWER} forgot the tickets again so we may have to walk"),
    ("chat", "dev", "tell {PERSON} that {FIRST} can't make it, something came up at work"),
    ("finance", "dev", "Wire ${AMOUNT} to {PERSON}, card {BANK_CARD}, held at {ORGANIZATION}."),
    ("finance", "dev", (
        "Loan applicant {PERSON}, passport {PASSPORT}, employed by {ORGANIZATION}, resides at "
        "{ADDRESS}."
    )),
    ("finance", "dev", (
        "Policy number {POLICY}: insured {PERSON}, beneficiary {PERSON}, premium ${AMOUNT} a "
        "year."
    )),
    ("office", "dev", (
        "Minutes: {PERSON} presented the roadmap, {PERSON} asked about pricing, {FIRST} will "
        "follow up with {ORGANIZATION}."
    )),
    ("office", "dev",
        "{ORGANIZATION} signed the lease for {ADDRESS}; contact {PERSON}, {EMAIL_ADDRESS}."
    ),
    ("mail", "dev", (
        "From: {PERSON} <{EMAIL_ADDRESS}>\nTo: {PERSON} <{EMAIL_ADDRESS}>\nSubject: Contract "
        "with {ORGANIZATION}"
    )),
    ("it", "dev",
        "{STAMP} WARN login failed for {EMAIL_ADDRESS} from {IP_ADDRESS} mac {MAC_ADDRESS}"
    ),
    ("it", "dev", "export OPENAI_API_KEY={API_KEY}\ncurl {URL} --max-time 30"),
    ("it", "dev", "ssh root@{IPV4}, password: {PASSWORD}. Ask {PERSON} if the VPN drops."),
    ("data", "dev",
        '{"customer": "{PERSON}", "email": "{EMAIL_ADDRESS}", "total": 129.99, "sku": "{SKU}"}'
    ),
    ("data", "dev", "name,phone\n{PERSON},{PHONE_NUMBER}\n{PERSON},{PHONE_NUMBER}"),
    ("school", "dev",
        "{PERSON} was born on {BIRTH_DATE} and entered {COLLEGE} in 2019; guardian: {PERSON}."
    ),
    ("office", "dev", (
        "Supplier {COMPANY}, unified social credit code {CREDIT_CODE}, contact {SPELLED}, QQ "
        "{QQ_NUMBER}."
    )),
    ("medicine", "dev", (
        "Chart {MEDICAL_RECORD_NUMBER} belongs to {PERSON}, not to {PERSON}; please merge "
        "nothing until I call."
    )),
    ("service", "dev", (
        "Agent: Good morning, this is {FIRST:a} from support.\nCaller: Hi {FIRST:a}, my name is"
        " {PERSON}, I'm calling for my mother, {PERSON}.\nAgent: What address do we have on "
        "file?\nCaller: {ADDRESS}. And please use {PHONE_NUMBER}, the old phone is gone.\nAgent"
        ": Thanks. Your order {ORDER} ships on {DATE}."
    )),
    ("service", "dev", (
        "Your package with tracking number 1Z999AA10{TAIL}{TAIL} will be delivered between 2 pm"
        " and 5 pm."
    )),
    ("service", "dev", (
        "For help with your {PRODUCT}, call our toll-free line {HOTLINE_EN} on weekdays, "
        "reference {SKU}."
    )),
    ("medicine", "dev", (
        "Take 20 mg of lisinopril daily. Follow up in {N} weeks. Heart rate {PULSE}, "
        "temperature 98.6 F."
    )),
    ("chat", "dev", (
        "I will mark it as done in May, hope that works, the summer plan is fine, only ${N} "
        "each"
    )),
    ("finance", "dev", (
        "Quarterly revenue rose {PERCENT} to ${AMOUNT} million, while margins fell to {PERCENT}"
        "."
    )),
    ("it", "dev", (
        "Server {VERSION} release notes: fixed {N} bugs, upgraded OpenSSL 3.0.13, port {PORT} "
        "stays closed, commit {TRACE}."
    )),
    ("logistics", "dev", (
        "Pallet {SKU} weighs {NUM} kg and leaves dock {N} at {TIME}; allow {N} minutes for "
        "loading."
    )),
    ("office", "dev", (
        "The handbook ({VERSION}) says overtime above {N} hours needs approval by {DATE}; see "
        "section 4.{D}."
    )),
    ("service", "test", (
        "My account got locked, the login was {EMAIL_ADDRESS} and the last password I remember "
        "is {PASSWORD}. Name: {PERSON}."
    )),
    ("service", "test", (
        "Chat transcript\nVisitor: hello, {FIRST:a} here\nAgent: Hi {FIRST:a}, may I have your "
        "full name?\nVisitor: {PERSON}\nAgent: And a phone number?\nVisitor: {PHONE_NUMBER}"
    )),
    ("service", "test", (
        "{PERSON} wants the {PRODUCT} sent to {ADDRESS} instead, see ticket {ORDER}, and a text"
        " to {PHONE_NUMBER} on delivery."
    )),
    ("service", "test", (
        "Complaint: Ms. {LAST} at the front desk of {ORGANIZATION} refused to take my return on"
        " {DATE}."
    )),
    ("service", "test", (
        "Booking confirmed for {PERSON}, arriving {DATE}; passport {PASSPORT}; contact "
        "{EMAIL_ADDRESS}."
    )),
    ("medicine", "test", (
        "{PERSON} ({BIRTH_DATE} birth date, chart no. {MEDICAL_RECORD_NUMBER}) was seen by Dr. "
        "{LAST} for a persistent cough."
    )),
    ("medicine", "test", (
        "Discharge summary: {PERSON} recovered well, sent home on {DATE}, reviewed by Nurse "
        "{LAST}. Next of kin {PERSON}, {PHONE_NUMBER}."
    )),
    ("medicine", "test", (
        "Referral from {CLINIC}. Medical record number: {MEDICAL_RECORD_NUMBER}. Born on "
        "{BIRTH_DATE}."
    )),
    ("medicine", "test",
        "His sister {FIRST} drove him to {CLINIC} after the fall; Dr. {PERSON} ordered an MRI."
    ),
    ("medicine", "test",
        "Health insurance ID: {MEDICARE}. Member: {PERSON}. Home address: {ADDRESS}."
    ),
    ("resume", "test", (
        "Curriculum vitae of {PERSON}, date of birth {BIRTH_DATE}, {PHONE_NUMBER}, "
        "{EMAIL_ADDRESS}, portfolio {URL}"
    )),
    ("resume", "test",
        "B.Sc. in Physics, {COLLEGE}, {YEAR}; internship at {ORGANIZATION} under {PERSON}."
    ),
    ("resume", "test", (
        "Passport No. {PASSPORT}. Driving licence held since {YEAR}. Referee: {PERSON}, "
        "{ORGANIZATION}, {PHONE_NUMBER}."
    )),
    ("resume", "test", (
        "I enjoyed talking to {PERSON} about the role, but {FIRST} seemed less convinced and "
        "wanted a second round."
    )),
    ("logistics", "test", (
        "Deliver {N} boxes to {PERSON}, {ADDRESS}. Gate code is on the sheet. Truck {PLATE_EN},"
        " call {PHONE_NUMBER}."
    )),
    ("logistics", "test", (
        "customs hold: consignee {PERSON}, passport {PASSPORT}, shipper {ORGANIZATION}, value $"
        "{AMOUNT}"
    )),
    ("chat", "test", "ask {PERSON} about the rent, the landlord wants ${SMALL} by Friday"),
    ("chat", "test", "{FIRST} and {FIRST} broke up?? {PERSON} told me at the gym 😱"),
    ("chat", "test", "can u send the pics to {EMAIL_ADDRESS} or wechat {WECHAT_ID} thx"),
    ("chat", "test", "omg {FIRST_LOWER} just got hired at {ORGANIZATION}, drinks on her tonight"),
    ("chat", "test", "wifi is upstairs-5G and the password is {PASSWORD}, see you at {ADDRESS}"),
    ("chat", "test", "Grace period aside, {PERSON} never pays on time, ask {FIRST}"),
    ("finance", "test",
        "Card {BANK_CARD}, exp 09/27, cardholder {PERSON}, charged ${AMOUNT} by {ORGANIZATION}."
    ),
    ("finance", "test", (
        "Please confirm that {PERSON} of {ORGANIZATION} authorised the transfer to card number "
        "{BANK_CARD}."
    )),
    ("finance", "test",
        "Claim {POLICY} filed by {PERSON} after a collision with {PLATE_EN} near {ADDRESS}."
    ),
    ("finance", "test",
        "Dear {PERSON}, policy {POLICY} lapses on {DATE}. Call {PHONE_NUMBER} or pay at {URL}."
    ),
    ("office", "test", (
        "Please welcome {PERSON}, who joins us from {ORGANIZATION}. Her desk is 4-112 and her "
        "extension follows."
    )),
    ("office", "test", (
        "This agreement is made between {ORGANIZATION} and {PERSON}, residing at {ADDRESS}, on "
        "{DATE}."
    )),
    ("office", "test", (
        "Kindly forward this to Ms. {LAST} and Professor {LAST} before the board meets in Room "
        "{N}."
    )),
    ("mail", "test", (
        "Thanks for everything!\n\nBest regards,\n{PERSON}\n{ORGANIZATION}\n{PHONE_NUMBER}\n"
        "{URL}"
    )),
    ("mail", "test", (
        "Hi {FIRST}, cc'ing {PERSON} ({EMAIL_ADDRESS}). The visa needs passport {PASSPORT} and "
        "birth date {BIRTH_DATE}."
    )),
    ("it", "test", "The access token is {TOKEN}, do not share it. Owner: {PERSON}."),
    ("it", "test",
        "dhcpd: lease {IPV4} to {MAC_ADDRESS}, host {FIRST_LOWER}-laptop, gateway {IPV4}"
    ),
    ("it", "test",
        "blocked {IP_ADDRESS} after {N} failures; see {URL}; rotate the key {API_KEY} today"
    ),
    ("data", "test", (
        '{"id": {NUM}, "patient": {"name": "{PERSON}", "dob": "{BIRTH_DATE}", "mrn": "'
        '{MEDICAL_RECORD_NUMBER}"}}'
    )),
    ("data", "test", (
        "| Name | Company | Phone |\n|---|---|---|\n| {PERSON} | {ORGANIZATION} | "
        "{PHONE_NUMBER} |\n| {PERSON} | {ORGANIZATION} | {PHONE_NUMBER} |"
    )),
    ("school", "test", (
        "{PERSON} and {PERSON} tied for first at {COLLEGE}; their coach, Mr. {LAST}, was "
        "thrilled."
    )),
    ("office", "test", (
        "{SPELLED}, holder of Chinese ID card {ID_CARD} and Home Return Permit {PERMIT_HK}, "
        "signed on {DATE}."
    )),
    ("finance", "test", (
        "Refund to debit card {BANK_CARD} for {PERSON}, then email {EMAIL_ADDRESS} once it "
        "clears."
    )),
    ("medicine", "test", (
        "HISTORY: {PERSON} is a {AGE}-year-old retired teacher, born {BIRTH_DATE}, transferred "
        "from {CLINIC} on {DATE} after a fall at home ({ADDRESS}). Her neighbour {FIRST} called"
        " the ambulance. MRN {MEDICAL_RECORD_NUMBER}. BP 134/82 mmHg, HR {PULSE}. Plan: CT head"
        ", call the son, {PERSON}, on {PHONE_NUMBER}."
    )),
    ("legal", "test", (
        "The claimant, {PERSON:a}, alleges that on {DATE} the defendant, {ORGANIZATION:b}, "
        "failed to deliver {N} units of the {PRODUCT} worth ${AMOUNT}. {ORGANIZATION:b} denies "
        "this and relies on the evidence of its manager, {PERSON}. {PERSON:a} resides at "
        "{ADDRESS}."
    )),
    ("service", "test",
        "Order {ORDER} shipped on {DATE}: {N} items, ${SMALL} in total, no signature required."
    ),
    ("service", "test", (
        "The Grand Hotel offers a free breakfast; check out is at {TIME} and parking costs ${N}"
        " per day."
    )),
    ("medicine", "test", (
        "Give {N} ml every 6 hours with food; store below 25 °C; lot {BATCH}; stop if a rash "
        "appears."
    )),
    ("chat", "test", (
        "Will you be there in April? Grace under pressure and a bit of faith, frank talk helps,"
        " only {N} days left"
    )),
    ("finance", "test", (
        "The fund returned {PERCENT} against {PERCENT} for the index; a price target of ${N} "
        "still looks rich."
    )),
    ("it", "test", (
        "{STAMP} ERROR build {BUILD} failed at step {N}, retry={N}, trace {TRACE}, listening on"
        " port {PORT}"
    )),
    ("office", "test", (
        "Room {N} is booked from {TIME} on {DATE}; the young marsh trail and Stone Bridge tour "
        "moved to gate {N}."
    )),
    ("resume", "test", (
        "Skills: Go, Rust, Terraform. Cut cloud costs by {PERCENT}, led a team of {N}, shipped "
        "{VERSION} on time in {YEAR}."
    )),
)  # fmt: skip
