from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from advisor.facts import EarlierRun
from tests.web.conftest import PATIENCE_MS, Served
from tests.web.visits import Visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]
expect.set_options(timeout=PATIENCE_MS)

EXAMPLE = Path(__file__).parents[2] / "examples" / "overfit-run.json"
MARKUP = '<script>document.title="owned"</script><img src=x onerror="document.title=1">'
PHONE = {"width": 390, "height": 800}
Visitor = Callable[..., Visit]


@pytest.fixture
def visit(browser: Browser, served: Served) -> Iterator[Visitor]:
    opened: list[Visit] = []

    def start(path: str = "/", **context: Any) -> Visit:
        visit = Visit(browser, served, **context)
        opened.append(visit)
        visit.page.goto(path)
        return visit

    yield start
    for one in opened:
        one.context.close()
    assert [complaint for one in opened for complaint in one.complaints] == []


@pytest.fixture(scope="session")
def project(served: Served) -> str:
    run = json.loads(EXAMPLE.read_text(encoding="utf-8"))["run"]
    names = ["R1", MARKUP, "R3"]
    runs = [
        EarlierRun.model_validate({**run, "id": name, "hyperparameters": {**run["hyperparameters"], "n_epochs": i + 1}})
        for i, name in enumerate(names)
    ]
    served.app.state.parts.store.experiments.add("support", runs, created_at="2026-01-01T00:00:00.000+00:00")
    return "support"


@pytest.fixture(scope="session")
def decision(browser: Browser, served: Served) -> str:
    """The address of an advice on a run whose every name is markup."""
    visit = Visit(browser, served)
    visit.page.goto("/")
    request = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    request["run"] |= {"id": MARKUP, "base_model": MARKUP}
    for point in request["run"]["checkpoints"]:
        point["fine_tuned_model_checkpoint"] = MARKUP
    visit.page.set_input_files("#file", {"name": "<b>run.json", "mimeType": "text/html", "buffer": json.dumps(request).encode()})
    visit.page.get_by_role("button", name="Judge this file").click()
    visit.page.wait_for_url("**/ui/decisions/*")
    address = visit.page.url.removeprefix(served.address)
    visit.context.close()
    return address


def _views(project: str, decision: str) -> list[str]:
    return [
        "/", decision, "/ui/decisions", "/ui/decisions?q=nothing-like-this", "/ui/experiments", f"/ui/experiments/{project}",
        f"/ui/experiments/{project}/compare?run=R1&run=R3", "/ui/rules", "/ui/rules/valid-loss-rises", "/ui/tables", "/ui/actions", "/ui/edit",
        "/ui/edit?path=sft/valid-loss-rises.yaml", "/ui/sign-in", "/docs/features", "/docs/sources", "/docs/features?q=token",
        "/docs/features/overfitting/ratio_bands",
    ]  # fmt: skip


@pytest.mark.parametrize(("scheme", "viewport"), [("light", {"width": 1280, "height": 900}), ("dark", PHONE)])
def test_every_view_can_be_used_with_a_screen_reader_and_fits_its_window(
    visit: Visitor, project: str, decision: str, scheme: str, viewport: dict[str, int]
):
    one = visit("/", color_scheme=scheme, viewport=viewport)
    wrong = {}
    for path in _views(project, decision):
        one.page.goto(path)
        if "/edit?" in path:
            one.page.locator(".cm-content").first.wait_for()
        for summary in one.page.locator("summary").all():
            summary.evaluate("one => { one.parentElement.open = true; }")
        found = one.violations() + (["scrolls sideways"] if one.scrolls_sideways() else [])
        if found:
            wrong[path] = found
    assert not wrong, json.dumps(wrong, indent=1)


def test_the_shipped_example_is_explained_at_a_glance(visit: Visitor):
    page = visit("/").page
    expect(page.get_by_role("heading", level=1)).to_contain_text("iterate")
    expect(page.locator(".action").first).to_contain_text("Deploy an earlier checkpoint")
    expect(page.locator(".canvas canvas")).to_have_count(2)
    expect(page.locator(".canvas").first).to_have_attribute("aria-label", "Loss of R1 over 4 steps; best at step 168; final at step 336. "
                                                            "The table of checkpoints holds the numbers.")  # fmt: skip


def test_what_a_reader_needs_first_is_open_and_the_rest_is_folded_with_its_count(visit: Visitor):
    page = visit("/").page
    expect(page.locator(".action:visible")).to_have_count(3)
    expect(page.locator(".finding:visible")).to_have_count(3)
    expect(page.locator("input[type=range]:visible")).to_have_count(0)
    for name, what in (("first", "actions"), ("rest", "findings")):
        expect(page.locator(f".{name} > details > summary, .{name} section > details > summary").first).to_have_text(
            re.compile(rf"^\d+ more {what}$")
        )
    folded = page.locator(".action details summary").filter(has_text="Why").last
    page.locator(".first > details > summary").click()
    folded.click()
    link = page.locator(".action:visible a[href^='#finding-']").last
    target = (link.get_attribute("href") or "").removeprefix("#")
    link.click()
    expect(page.locator(f"#{target}")).to_be_visible()


def test_the_folded_parts_say_how_much_is_in_them(visit: Visitor):
    page = visit("/").page
    for part in page.locator("details.part").all():
        heading = part.locator("> summary h2").inner_text()
        assert re.search(r"\d", part.locator("> summary span").inner_text()), heading
        part.locator("> summary").click()
    expect(page.locator("#thresholds > summary span")).to_contain_text(f"{page.locator('input[type=range]:visible').count()} numbers")


def test_pointing_at_a_finding_and_tabbing_to_it_highlight_its_points(visit: Visitor):
    page = visit("/").page
    page.get_by_text(re.compile(r"^\d+ more findings$")).click()
    loss = page.locator('[data-plot="loss"]')
    page.locator("#finding-valid-loss-rises").hover()
    expect(loss).to_have_attribute("data-highlighted", "2")
    page.get_by_role("heading", level=1).hover()
    expect(loss).to_have_attribute("data-highlighted", "0")
    page.locator("#finding-valid-loss-rises").focus()
    expect(loss).to_have_attribute("data-highlighted", "2")


def test_why_opens_to_evidence_rule_and_source(visit: Visitor):
    page = visit("/").page
    action = page.locator(".action").first
    action.get_by_text("Why", exact=True).click()
    expect(action.get_by_role("cell", name="valid_loss_rise_ratio").first).to_be_visible()
    expect(action.get_by_text("Rule ", exact=False).last).to_be_visible()


def test_the_next_call_can_be_copied(visit: Visitor):
    one = visit("/", permissions=["clipboard-read", "clipboard-write"])
    one.page.get_by_role("button", name="Copy").click()
    expect(one.page.get_by_role("button", name="Copied")).to_be_visible()
    assert one.page.evaluate("navigator.clipboard.readText()").startswith("client.fine_tuning.jobs.create(")


def test_moving_a_threshold_with_the_mouse_changes_the_advice_and_saves_nothing(visit: Visitor, served: Served):
    page = visit("/").page
    revision = served.app.state.parts.serving.rulebook.revision
    page.get_by_role("heading", name="Try other thresholds").click()
    handle = page.locator('input[data-rule="valid-loss-rises"][data-name="rise"]')
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.1, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 1, box["y"] + box["height"] / 2, steps=5)
    page.mouse.up()
    gone = page.locator("#preview .gone-item")
    expect(gone.filter(has_text="Validation loss rises after its best epoch")).to_be_visible()
    expect(page.locator("#preview-state")).to_contain_text("nothing is saved")
    page.get_by_role("button", name="Put all back").click()
    expect(page.locator("#preview-state")).to_contain_text("this is the advice above")
    assert served.app.state.parts.serving.rulebook.revision == revision


def test_a_threshold_moves_by_the_keyboard_alone(visit: Visitor):
    page = visit("/").page
    page.locator("#thresholds > summary").press("Enter")
    handle = page.locator('input[data-rule="valid-loss-rises"][data-name="rise"]')
    handle.focus()
    handle.press("End")
    expect(page.locator("#preview .gone-item").filter(has_text="Validation loss rises")).to_be_visible()


def test_the_keyboard_reaches_the_content_first_and_then_every_control(visit: Visitor):
    page = visit("/").page
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.evaluate("document.querySelectorAll('main > details, .first > details, .rest details').forEach((part) => { part.open = true; })")
    reached = []
    for _ in range(600):
        page.keyboard.press("Tab")
        here = page.evaluate("(() => { const e = document.activeElement; return e.id || e.textContent.trim().slice(0, 30); })()")
        if here in reached and here == "file":
            break
        reached.append(here)
    assert {"file", "Judge this file", "job", "Fetch and judge", "Why", "finding-valid-loss-rises", "Copy"} <= set(reached)
    assert any(name.startswith("h-valid-loss-rises") for name in reached)


def test_a_file_that_is_dropped_on_the_page_is_judged(visit: Visitor):
    page = visit("/").page
    text = EXAMPLE.read_text(encoding="utf-8")
    page.wait_for_function("document.querySelector('#thresholds') && !document.querySelector('#thresholds').hidden")
    transfer = page.evaluate_handle(
        "(text) => { const t = new DataTransfer(); t.items.add(new File([text], 'run.json', {type: 'application/json'})); return t; }", text
    )
    page.dispatch_event("main", "dragover", {"dataTransfer": transfer})
    page.dispatch_event("main", "drop", {"dataTransfer": transfer})
    page.wait_for_url("**/ui/decisions/*")
    expect(page.get_by_role("heading", level=1)).to_contain_text("iterate")
    expect(page.get_by_text("This is the advice as it was given.")).to_be_visible()


def test_a_dropped_file_waits_under_its_name_for_the_facts_beside_it(visit: Visitor):
    page = visit("/").page
    page.get_by_text("Facts the file does not tell").click()
    page.get_by_label("Training examples").fill("4321")
    text = "it,my_loss,full_valid_loss\n" + "".join(f"{i},{2 / i},{1 + 1 / i}\n" for i in range(1, 9))
    transfer = page.evaluate_handle(
        "(text) => { const t = new DataTransfer(); t.items.add(new File([text], 'ours.csv', {type: 'text/csv'})); return t; }", text
    )
    page.dispatch_event("main", "dragover", {"dataTransfer": transfer})
    page.dispatch_event("main", "drop", {"dataTransfer": transfer})
    expect(page.locator("#dropped")).to_contain_text("ours.csv is chosen.")
    page.get_by_label("Columns of the file by our names").fill("my_loss=train_loss\nit=step")
    page.get_by_role("button", name="Judge this file").click()
    page.wait_for_url("**/ui/decisions/*")
    assert json.loads(page.locator("#request").text_content() or "")["run"]["dataset"]["n_train"] == 4321


def test_a_file_of_the_wrong_kind_gets_the_importers_sentence_on_the_page(browser: Browser, served: Served):
    one = Visit(browser, served)
    one.page.goto("/")
    one.page.set_input_files("#file", {"name": "holiday.txt", "mimeType": "text/plain", "buffer": b"We went to the sea."})
    one.page.get_by_role("button", name="Judge this file").click()
    expect(one.page.get_by_role("alert")).to_contain_text("not a log that can be read")
    assert one.violations() == []
    assert [c for c in one.complaints if "422" not in c] == []
    one.context.close()


def test_names_that_are_markup_show_as_text_and_never_run(visit: Visitor, project: str, decision: str):
    one = visit(decision)
    expect(one.page.get_by_text("Run <script>", exact=False).first).to_be_visible()
    for path in (decision, f"/ui/experiments/{project}", "/ui/decisions"):
        one.page.goto(path)
        assert "owned" not in one.page.title()
        assert one.page.locator("img[onerror]").count() == 0


def test_two_experiments_are_compared_from_the_table(visit: Visitor, project: str):
    page = visit(f"/ui/experiments/{project}").page
    expect(page.get_by_text("diminishing-returns")).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(3)
    page.get_by_role("checkbox", name="Compare R1").check()
    page.get_by_role("checkbox", name="Compare R3").check()
    page.get_by_role("button", name="Compare the two that are ticked").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("R1 and R3")
    expect(page.get_by_text("n_epochs: 1 → 3")).to_be_visible()
    expect(page.locator('[data-plot="loss"] canvas')).to_have_count(1)
    expect(page.locator(".key.dashed")).to_have_count(3)


def test_the_log_is_searched_while_one_types(visit: Visitor, decision: str):
    page = visit("/ui/decisions").page
    expect(page.locator("tbody tr").first).to_be_visible()
    page.get_by_role("searchbox", name="Search").fill("no-such-finding")
    expect(page.get_by_text("Nothing in the log has all these words.")).to_be_visible()
    page.get_by_role("searchbox", name="Search").fill("OVERFITTING iterate")
    expect(page.locator("tbody tr").filter(has_text="Deploy an earlier checkpoint").first).to_be_visible()


def test_a_mistake_in_a_rule_is_named_while_one_types_and_an_edit_shows_what_it_changes(visit: Visitor):
    page = visit("/ui/edit?path=sft/valid-loss-rises.yaml").page
    text = page.locator(".cm-content").first
    text.click()
    page.keyboard.press("Control+End")
    page.keyboard.type("\nnonsense: 1")
    expect(page.locator("#mistakes li")).to_contain_text("nonsense")
    expect(page.get_by_role("button", name="Save")).to_be_disabled()
    for _ in range(len("\nnonsense: 1")):
        page.keyboard.press("Backspace")
    expect(page.locator("#checks-state")).to_have_text("Nothing is changed.")
    page.keyboard.type("status: shadow")
    expect(page.locator("#checks-state")).to_contain_text("cases hold")
    page.get_by_role("button", name="Show what it changes").click()
    expect(page.locator("#effects ins").filter(has_text="status: shadow")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="The shipped example")).to_contain_text("valid-loss-rises")


def test_the_checks_cover_neither_editor_in_a_window_of_middling_width(visit: Visitor):
    page = visit("/ui/edit?path=sft/valid-loss-rises.yaml", viewport={"width": 900, "height": 700}).page
    page.locator(".cm-content").first.click()
    page.keyboard.type("nonsense: 1\n")
    expect(page.locator("#mistakes li").first).to_be_visible()
    checks = page.locator(".checks")
    for editor in page.locator(".editor").all():
        editor.scroll_into_view_if_needed()
        expect(checks).to_be_in_viewport()
        ours, theirs = editor.bounding_box(), checks.bounding_box()
        assert ours is not None
        assert theirs is not None
        assert ours["x"] + ours["width"] <= theirs["x"]


def test_a_link_to_a_missing_fact_opens_the_form_at_its_field(visit: Visitor):
    page = visit("/").page
    points = [{"step_number": 10 * i, "metrics": {"train_loss": 1 / i}} for i in range(1, 6)]
    run = json.dumps({"run": {"method": "supervised", "checkpoints": points}})
    page.set_input_files("#file", {"name": "run.json", "mimeType": "application/json", "buffer": run.encode()})
    page.get_by_role("button", name="Judge this file").click()
    page.locator("summary").filter(has_text="What could not be judged").click()
    page.locator("summary").filter(has_text="Batch size").first.click()
    page.get_by_role("link", name="Batch size").first.click()
    expect(page.get_by_label("Batch size")).to_be_visible()


def test_an_edit_without_a_mistake_is_saved_and_in_force(visit: Visitor, served: Served, own_rules: Path):
    one = visit("/ui/edit?path=overrides.yaml")
    page, before = one.page, served.app.state.parts.serving.rulebook.revision
    page.locator(".cm-content").click()
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")  # typed over, chromium itself would style the new text, which the policy forbids
    page.keyboard.type("rules: {dataset-small: {status: shadow}}")
    expect(page.get_by_role("button", name="Save")).to_be_enabled()
    page.get_by_label("Why").fill("tried in a test")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#save-state")).to_contain_text("Saved and in force")
    assert (own_rules / "overrides.yaml").is_file()
    assert served.app.state.parts.serving.rulebook.rule("dataset-small").status == "shadow"
    _take_away(one, "overrides.yaml")
    assert served.app.state.parts.serving.rulebook.revision == before


def test_a_file_that_is_emptied_is_taken_away_and_one_of_the_folders_below_is_not(visit: Visitor, own_rules: Path):
    (own_rules / "overrides.yaml").write_text("rules: {dataset-small: {status: shadow}}\n", encoding="utf-8")
    page = visit("/ui/edit?path=overrides.yaml").page
    _empty(page)
    expect(page.locator("#checks-state")).to_contain_text("Saving takes overrides.yaml away.")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#save-state")).to_contain_text("Saved and in force")
    assert not (own_rules / "overrides.yaml").exists()


def test_an_emptied_file_of_the_folders_below_is_refused_with_a_sentence(browser: Browser, served: Served):
    one = Visit(browser, served)
    one.page.goto("/ui/edit?path=sft/valid-loss-rises.yaml")
    _empty(one.page)
    expect(one.page.locator("#checks-state")).to_contain_text("cannot be taken away")
    expect(one.page.get_by_role("button", name="Save")).to_be_disabled()
    assert [c for c in one.complaints if "422" not in c] == []
    one.context.close()


def test_what_is_typed_while_it_is_saved_still_counts_as_changed(visit: Visitor, own_rules: Path):
    one = visit("/ui/edit?path=overrides.yaml")
    page = one.page
    waiting: list[Route] = []
    page.route("**/rules/files", lambda route: waiting.append(route) if route.request.method == "PATCH" else route.continue_())
    _empty(page)
    page.keyboard.type("rules: {dataset-small: {status: shadow}}")
    with page.expect_request(lambda request: request.method == "PATCH"):
        page.get_by_role("button", name="Save").click()
    page.locator(".cm-content").press("Control+End")
    page.keyboard.type(" # typed meanwhile")
    expect(page.get_by_role("button", name="Save")).to_be_enabled()  # it is checked, and the first text is still being saved
    waiting[0].continue_()
    expect(page.locator("#save-state")).to_contain_text("Saved and in force")
    expect(page.locator("#checks-state")).to_contain_text("cases hold")
    expect(page.get_by_role("button", name="Save")).to_be_enabled()
    assert "typed meanwhile" not in (own_rules / "overrides.yaml").read_text(encoding="utf-8")
    _take_away(one, "overrides.yaml")


def _take_away(one: Visit, path: str) -> None:
    tag = one.context.request.get(f"/rules/files/{path}").headers["etag"]
    assert one.context.request.delete(f"/rules/files/{path}", headers={"If-Match": tag}).ok


def _empty(page: Page) -> None:
    page.locator(".cm-content").first.click()
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")  # typed over, chromium itself would style the new text, which the policy forbids


def test_ten_thousand_checkpoints_are_drawn_and_their_table_is_short(visit: Visitor):
    page = visit("/").page
    points = [
        {"step_number": i, "metrics": {"train_loss": 1 / (1 + i / 900), "valid_loss": 0.4 + (i / 10_000 - 0.5) ** 2}}
        for i in range(1, 10_001)
    ]
    run = {"method": "supervised", "hyperparameters": {"n_epochs": 4}, "checkpoints": points}
    page.set_input_files("#file", {"name": "long.json", "mimeType": "application/json", "buffer": json.dumps({"run": run}).encode()})
    page.get_by_role("button", name="Judge this file").click()
    page.wait_for_url("**/ui/decisions/*")
    expect(page.locator('[data-plot="loss"] canvas')).to_have_count(1)
    expect(page.get_by_text(re.compile(r"of the 10,000 points of Train"))).to_be_visible()
    page.get_by_role("heading", name="Checkpoints", exact=True).click()
    table = page.get_by_role("region", name="Table of checkpoints")
    expect(table.locator("tbody tr").first).to_be_visible()
    assert 50 < table.locator("tbody tr").count() < 150
    expect(table.locator("tbody tr").last).to_contain_text("10,000")


def test_the_pages_are_there_without_any_script(visit: Visitor, project: str, decision: str):
    one = visit(decision, java_script_enabled=False)
    expect(one.page.locator(".action").first).to_contain_text("Deploy an earlier checkpoint")
    one.page.goto("/ui/rules")
    one.page.get_by_role("searchbox").fill("noise")
    one.page.get_by_role("button", name="Find").click()
    expect(one.page.locator("tbody tr").first).to_be_visible()
