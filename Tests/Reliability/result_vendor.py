"""A vendor whose videos are real MP4 files, and who can be slow, wrong or gone when they are fetched."""

import contextlib
import random
import struct

from fake_vendor import FakeOpenAIVendor, fin


def box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + name + content


def movie(size=50_000, seed=0) -> bytes:
    """A file of that size with the boxes of a movie; each seed has other bytes."""
    head = box(b"ftyp", b"isom\0\0\0\0isommp42") + box(b"moov", box(b"free", b"\0" * 92))
    return head + box(b"mdat", random.Random(seed).randbytes(size - len(head) - 8))


class ResultVendor(FakeOpenAIVendor):
    """`videos` are the bytes by prompt; `send` sends them, and can be replaced by a fault."""

    def __init__(self, size=50_000, **kwargs):
        self.size = size
        self.videos = {}
        self.send = whole
        self.is_gone = False
        super().__init__(**kwargs)

    def leave(self):
        """From now on no request is answered, also not on connections that are open."""
        self.is_gone = True

    def answer(self, handler):
        if self.is_gone:
            return fin(handler, None)
        super().answer(handler)

    def video(self, prompt):
        if prompt not in self.videos:
            self.videos[prompt] = movie(self.size, prompt)
        return self.videos[prompt]

    def show(self, handler):
        if not handler.path.endswith("/content"):
            return super().show(handler)
        with self.paid_jobs.lock:
            self.paid_jobs.content_calls += 1
        prompt = self.paid_jobs.jobs.get(handler.path.split("/")[3])
        if prompt is None:
            return handler.reply({"error": {"message": "no such job"}}, 404)
        with contextlib.suppress(OSError):
            self.send(handler, self.video(prompt))


def whole(handler, video):
    handler.reply(video, kind="video/mp4")


def html(handler, video):
    """An error page with the type of a video."""
    handler.reply(b"<html><body>Service unavailable</body></html>" * 20, kind="video/mp4")


def cut(handler, video):
    """Breaks off after half of the announced bytes."""
    handler.send_response(200)
    handler.send_header("Content-Type", "video/mp4")
    handler.send_header("Content-Length", str(len(video)))
    handler.end_headers()
    handler.wfile.write(video[: len(video) // 2])
    fin(handler, None)


def truncated(handler, video):
    """A part of the video with the length of the part."""
    handler.reply(video[: len(video) // 2], kind="video/mp4")


def truncated_without_length(handler, video):
    handler.send_response(200)
    handler.send_header("Content-Type", "video/mp4")
    handler.send_header("Connection", "close")
    handler.end_headers()
    handler.wfile.write(video[: len(video) // 2])
    fin(handler, None)


def empty(handler, video):
    handler.reply(b"", kind="video/mp4")


def expired(handler, video):
    handler.reply({"error": {"message": "the video has expired"}}, 410)
