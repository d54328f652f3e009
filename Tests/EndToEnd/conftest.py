import pytest

from harness import router


@pytest.fixture(scope="session")
def shared_router():
    """A router with no configuration at all: every model is played by the test card."""
    with router() as served:
        yield served
