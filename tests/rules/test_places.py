"""Destinations and products: the right words, and only where they say where goods go."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from monitor.errors import RuleError
from monitor.rules.places import Places, datelines, load_places_and_products
from monitor.rules.vocabulary import Vocabulary, load_vocabularies
from monitor.text import normalise

PACKS = Path(__file__).parents[2] / "monitor" / "rules" / "packs"
PLACES, PRODUCTS = load_places_and_products([PACKS / "places.yaml", PACKS / "products.yaml"])


def places(text: str) -> list[str]:
    return list(dict.fromkeys(t.code for t in PLACES.tags(normalise(text))))


def products(text: str) -> list[str]:
    return PRODUCTS.refine(t.code for t in PRODUCTS.tags(normalise(text)))


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("客户位于德国、捷克和匈牙利", "DE CZ HU"),
        ("發往義大利與紐西蘭", "IT NZ"),
        ("输往美、日、韩三国", "US JP KR"),
        ("对日客户的订单", "JP"),
        ("公司对欧出口恢复", "EU"),
        ("获得日韩客户许可", "JP KR"),
        ("欧美客户均已覆盖", "EU US"),
        ("面向东盟及北美市场", "SEA NA"),
        ("韩企采购", "KR"),
        ("供货给西门子、博世", "DE"),
        ("三星SDI与SK On", "KR"),
        ("大众汽车", "EU"),
        ("buyers in the U.S., the U.K. and Viet Nam", "US GB VN"),
        ("a Thai motor plant", "TH"),
        ("customers in Stuttgart and Nagoya", "DE JP"),
        ("to the US", "US"),
        ("for South Korean battery makers", "KR"),
        ("approved for Hyundai Mobis", "KR"),
        ("a Polish distributor", "PL"),
        ("South-East Asia and North America", "SEA NA"),
        ("印度尼西亚客户", "ID"),
        ("对印度客户", "IN"),
        ("对日特种磁体", "JP"),
        ("输奥许可", "AT"),
        ("供美的靶材", "US"),
        ("涉欧项目", "EU"),
        ("输以许可", "IL"),
        ("对波、捷客户", "PL CZ"),
        ("Toyota's motor plant", "JP"),
        ("博世匈牙利工厂", "HU"),
        ("博世的匈牙利客户", "DE HU"),
        ("LG's plant in Poland", "PL"),
        ("Samsung's Vietnamese factory", "VN"),
        ("customers Bosch and Toyota", "DE JP"),
        ("内蒙古企业对蒙古国客户", "MN"),
        ("Škoda's suppliers in Győr, Łódź and Malmö", "CZ HU PL SE"),
    ],
)
def test_destinations(text: str, codes: str) -> None:
    assert places(text) == codes.split()


@pytest.mark.parametrize(
    "text",
    [
        "give us the licence", "a polished surface", "US$30 million", "U.S. dollars fell",
        "中美经贸磋商", "公司昨日获批", "日前收到", "6日表示", "以美元结算", "中国客户",
        "Chinese customers",
        "U.S. Commerce Secretary said", "美国商务部宣布", "日本政府表示", "韩媒报道", "据美媒消息",
        "Hong Kong-listed maker", "对法律法规的要求", "对意向订单",
        "对日常经营", "反对美方做法", "应对美关税", "对以上客户", "对越来越多的客户",
        "对波动的判断", "向日葵",
        "对加强管理", "对奥运", "在对美磋商中", "英洛华公告",
        "European Commission said",
        "the talks in Geneva between them", "a turkey sandwich", "sino-german relations",
    ],
)  # fmt: skip
def test_no_destination(text: str) -> None:
    assert places(text) == []


def test_datelines_are_no_destinations() -> None:
    assert places("TOKYO, Aug 4 (Newswire) - A Chinese maker may now sell to Mexico.") == ["MX"]
    assert places("首尔8月4日电 一家越南客户") == ["VN"]
    assert places("NEW DELHI - Buyers in Spain wait.") == ["ES"]
    assert places("Licences for Japan - sources") == ["JP"]
    assert datelines(normalise("nothing of the kind here - at all")) == []


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("sintered rare-earth magnets", "magnets"),
        ("磁鋼、馬達轉子及零件", "magnets motor_rotors components"),
        ("rotors, magnets and related parts", "motor_rotors magnets components"),
        ("auto parts makers", ""),
        ("汽车零部件企业", ""),
        ("钐钴磁体", "smco_magnets"),
        ("samarium-cobalt magnets and NdFeB", "smco_magnets magnets"),
        ("heavy rare earths and rare earths", "heavy_re"),
        ("氧化镝和氧化铽", "heavy_re"),
        ("稀土相关物项", "rare_earths"),
        ("稀土永磁体", "magnets"),
        ("gallium arsenide wafers", "gaas_substrates"),
        ("gallium and germanium ingots", "gallium germanium"),
        ("锗衬底、磷化铟晶片", "germanium_substrates inp_substrates"),
        ("红外镜头", "ge_optics"),
        ("高純三氧化二銻", "antimony_oxide"),
        ("锑锭及氧化锑", "antimony antimony_oxide"),
        ("artificial graphite anode materials", "anode_material"),
        ("spherical graphite", "graphite"),
        ("人造石墨负极材料", "anode_material"),
        ("仲钨酸铵", "tungsten"),
        ("magnets for electric motors", "magnets"),
        ("drive motors containing magnets", "motors"),
        ("电机用磁材", "magnets"),
        ("General Motors", ""),
        ("magnets for hybrid and electric motors", "magnets"),
        ("带磁体的转子", "motor_rotors"),
    ],
)
def test_products(text: str, codes: str) -> None:
    assert products(text) == codes.split()


def test_offsets_lead_to_the_word() -> None:
    normal = normalise("產品發往德國")
    (tag,) = PLACES.tags(normal)
    assert normal.quote(tag.start, tag.end) == "德國"


def test_hits_of_another_automaton_are_taken() -> None:
    normal = normalise("buyers in Japan")
    assert PLACES.tags(normal, PLACES.hits(normal.text)) == PLACES.tags(normal)
    assert PLACES.tags(normal, []) == []


def test_every_code_is_a_country_or_a_region() -> None:
    codes = {word.code for word in PLACES.words.values()} - {"", "EU", "SEA", "NA"}
    assert all(len(code) == 2 and code.isupper() and code.isascii() for code in codes)
    assert {"NO", "US", "DE", "JP"} <= codes
    assert "CN" not in codes


def test_the_shipped_product_codes_are_the_fields_own() -> None:
    assert {word.code for word in PRODUCTS.words.values()} - {""} == set(
        """magnets motor_rotors components motors rare_earths heavy_re smco_magnets gallium
        gaas_substrates germanium germanium_substrates ge_optics inp_substrates antimony
        antimony_oxide graphite anode_material tungsten""".split()  # noqa: SIM905
    )


def test_an_operators_words_are_added(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text("vocabulary: places\ncodes: {MX: {customers: [Acme Motores]}}\n", "utf-8")
    more, _ = load_places_and_products([PACKS / "places.yaml", own])
    assert isinstance(more, Places)
    assert [t.code for t in more.tags(normalise("for Acme Motores and Japan"))] == ["MX", "JP"]


def test_a_broken_file_is_told_with_its_lines(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(
        "vocabulary: places\ncolour: blue\ncodes:\n  NO: {names: [Norway, 7]}\n  SE: Sweden\n"
        "  FI: {nmes: [Finland]}\n",
        "utf-8",
    )
    with pytest.raises(RuleError) as caught:
        load_vocabularies([bad])
    told = str(caught.value)
    assert "bad.yaml:2: colour: unknown key" in told
    assert "bad.yaml:4" in told
    assert "must be text, not 7" in told
    assert "bad.yaml:5" in told
    assert "unknown key" in told.splitlines()[-1]


def test_a_file_without_a_name_is_no_vocabulary(tmp_path: Path) -> None:
    other = tmp_path / "pack.yaml"
    other.write_text("pack: something\n", "utf-8")
    with pytest.raises(RuleError, match="'vocabulary' is missing"):
        load_vocabularies([other])


def test_without_words_nothing_is_found() -> None:
    assert Vocabulary("empty").refine(["a", "a"]) == ["a"]


def test_long_hostile_text_is_linear() -> None:
    def seconds(size: int) -> float:
        normal = normalise("美日韩、欧" * size + "rare earth " * size + "us-" * size)
        started = time.perf_counter()
        PLACES.tags(normal)
        PRODUCTS.tags(normal)
        return time.perf_counter() - started

    seconds(10)
    assert seconds(8000) < 5.0
