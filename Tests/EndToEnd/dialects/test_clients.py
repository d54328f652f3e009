"""The clients of these services that PyPI has, unmodified but for their base URL."""

import pytest

from speakers import PICTURE

siray = pytest.importorskip("siray")
imagerouter = pytest.importorskip("imagerouter")


def test_the_official_client_of_siray(rehearsal):
    client = siray.Siray(api_key="any", base_url=rehearsal.url + "/siray", gateway_url=rehearsal.url + "/siray")
    submitted = client.video.generate_async(model="kuaishou/kling-3.0-t2v", prompt="A kite", aspect_ratio="16:9", duration=5)
    assert submitted.task_id.startswith("video_")
    assert client.video.query_task(submitted.task_id).is_processing()
    done = client.video.run(model="test/card", prompt="A kite", poll_interval=0.2, timeout=30)
    assert done.is_completed() and not done.is_failed() and done.progress_percent == 100
    assert rehearsal.call("GET", done.result.removeprefix(rehearsal.url)).body[4:8] == b"ftyp"
    failed = client.video.run(model="test/fail", prompt="A kite", poll_interval=0.2, timeout=30)
    assert failed.is_failed() and not failed.is_completed() and failed.fail_reason
    with pytest.raises(siray.BadRequestError) as caught:
        client.video.generate_async(model="sora-2", prompt="A kite", duration=5)
    assert "4" in str(caught.value)
    with pytest.raises(siray.BadRequestError):
        client.video.query_task("video_nothing")


def test_the_official_client_of_siray_with_a_local_picture(rehearsal, tmp_path):
    client = siray.Siray(api_key="any", base_url=rehearsal.url + "/siray", gateway_url=rehearsal.url + "/siray")
    (tmp_path / "still.png").write_bytes(PICTURE)
    inline = client.load_from_local(str(tmp_path / "still.png"))
    assert client.video.run(model="test/card", prompt="A kite", image=inline, poll_interval=0.2, timeout=30).is_completed()


def test_the_official_client_of_siray_brings_a_file(rehearsal, tmp_path):
    client = siray.Siray(api_key="any", base_url=rehearsal.url + "/siray", gateway_url=rehearsal.url + "/siray")
    (tmp_path / "a still.png").write_bytes(PICTURE)
    url = client.file.upload(str(tmp_path / "a still.png"))
    submitted = client.video.generate_async(model="test/card", prompt="A kite", image=url.replace(" ", "%20"))
    assert submitted.task_id and "warnings" not in submitted.raw_response, submitted.raw_response


def test_the_client_of_imagerouter(rehearsal, tmp_path):
    still, clip = tmp_path / "still.png", tmp_path / "clip.mp4"
    still.write_bytes(PICTURE)
    client = imagerouter.ImageRouterClient(api_key="k" * 64, max_retries=1)
    client.base_url = rehearsal.url + "/imagerouter"
    videos = imagerouter.VideoGenerator(client)
    made = videos.text_to_video(prompt="A kite", model="test/card", seconds=4, size="1280x720")
    assert rehearsal.call("GET", made["data"][0]["url"].removeprefix(rehearsal.url)).body[4:8] == b"ftyp"
    inline = videos.text_to_video(prompt="A kite", model="test/card", seconds=4, response_format="b64_json", output_path=str(clip))
    assert inline["data"][0]["b64_json"] and clip.read_bytes()[4:8] == b"ftyp"
    for pictures in (str(still), [str(still)]):
        assert videos.image_to_video(image_path=pictures, prompt="It flies", model="test/card", seconds=4)["data"][0]["url"]
    with pytest.raises(imagerouter.ValidationError):
        videos.text_to_video(prompt="A kite", model="sora-2", seconds=5)
    # What fails after the first spaces stands inside a 200, which this client takes for a result.
    assert videos.text_to_video(prompt="A kite", model="test/fail")["error"]["message"]
