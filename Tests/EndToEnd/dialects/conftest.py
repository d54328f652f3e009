import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import pytest  # noqa: E402

from document import Document  # noqa: E402
from harness import router  # noqa: E402


@pytest.fixture(scope="session")
def shared_router():
    """A router with no configuration, whose test card is quick."""
    with router(env={"GENLOCK_TEST_RENDER_SECONDS": "0.6"}) as served:
        yield served


@pytest.fixture(scope="session")
def document(shared_router):
    """What the router says of itself; every answer that a test sees is held against it."""
    return Document(shared_router)
