import pytest

from harness import router


@pytest.fixture(scope="session")
def rehearsal():
    """A router with no configuration at all: every model is played by the test card."""
    with router() as served:
        yield served
