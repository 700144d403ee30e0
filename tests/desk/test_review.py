"""What a second pair of eyes found: ways by which something else came before listeners, got lost, or was no longer to be seen."""

from collections.abc import Iterator

import pytest

from audiopub.errors import BadInput, NotFound, Outdated
from audiopub.jobs import JobState
from tests.desk.newsdesk import AN, NewsDesk, fingerprint, newsdesk, text_of, working


@pytest.fixture(scope="module")
def idle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewsDesk]:
    """Give a desk at which a worker works only where a test says so."""
    with newsdesk(tmp_path_factory.mktemp("desk"), tmp_path_factory.getbasetemp() / "sites") as made:
        yield made


def _taken_back(idle: NewsDesk) -> tuple[str, str]:
    """Publish what was heard, and take that back before anybody did it; give the names of article and job."""
    name = idle.draft().item.name
    with working(idle):
        view = idle.rendered(name)
    job = idle.desk.publish(AN, name, fingerprint=fingerprint(view)).job
    idle.desk.cancel(AN, name)
    assert idle.job(name).state is JobState.CANCELLED
    return name, job


def test_trying_again_publishes_no_text_of_before(idle: NewsDesk) -> None:
    """Whoever set a wrong word right after publishing failed does not get it published by the button that tries again."""
    name, job = _taken_back(idle)
    idle.desk.edit(AN, name, "rewrite", {"block": "b2", "text": "Câu này đã được sửa lại cho đúng trước khi phát hành."}, version=None)
    with pytest.raises(Outdated):
        idle.desk.retry(AN, job)
    with working(idle):
        idle.rendered(name)
    with pytest.raises(Outdated):
        idle.desk.retry(AN, job)
    idle.desk.discard(AN, name)
    with pytest.raises(NotFound):
        idle.desk.retry(AN, job)


def test_trying_again_goes_on_where_nothing_changed_and_once_only(idle: NewsDesk) -> None:
    """What was taken back by mistake is published by it; what went well is not done again, after a withdrawal least of all."""
    name, job = _taken_back(idle)
    with working(idle):
        idle.desk.retry(AN, job)
        assert idle.until_over(name).episode is not None
    idle.desk.withdraw(AN, name, reason="sai", notice=False)
    with pytest.raises(BadInput):
        idle.desk.retry(AN, job)
    assert idle.job(name).state is JobState.DONE


def test_trying_a_proof_again_makes_what_stands_there_now(idle: NewsDesk) -> None:
    """A draft that was changed since its sound failed is made as it is, not as it was."""
    name = idle.draft().item.name
    job = idle.desk.render(AN, name)[0].job
    idle.desk.cancel(AN, name)
    view = idle.desk.edit(AN, name, "rewrite", {"block": "b2", "text": "Câu này đã được sửa lại trước khi dựng lại lần nữa."}, version=None)
    assert "lần nữa" in text_of(view)
    with working(idle):
        idle.desk.retry(AN, job)
        view = idle.until_over(name)
    assert view.proof is not None and view.proof_is_fresh
