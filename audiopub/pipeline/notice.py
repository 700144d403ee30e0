"""What is heard at the address of a withdrawn episode, where a newsroom wants more than silence."""

import io

from audiopub.messages import message
from audiopub.pipeline.assembly import assembled
from audiopub.pipeline.studio import Studio
from audiopub.publish.encoder import Tags
from audiopub.publish.model import Episode
from audiopub.script import Script, Segment, SegmentKind
from audiopub.units import Milliseconds
from audiopub.vietnamese import read


def spoken_notice(studio: Studio, episode: Episode) -> bytes:
    """Speak the sentence that an episode was withdrawn, in the show's own voice.

    Raises:
        SpeechFailed: no voice of the show could say it.
    """
    sentence = message("notice.spoken", "vi", show=studio.channel.title)
    segment = Segment(section=0, kind=SegmentKind.NOTICE, written=sentence, spoken=read(sentence, studio.style.lexicon).spoken, pause_after=Milliseconds(500))
    script = Script(title=sentence, headings=(), segments=(segment,))
    narration = studio.chain.narrate(script, studio.cache, lambda _done, _of: None)
    made = assembled(studio, script, narration, None, {})
    tags = Tags(
        title=message("notice.title", "vi"), artist=studio.channel.author, album=studio.channel.title, date=f"{episode.published:%Y-%m-%d}", language="vie", url=None,
        comment="", length=made.timeline.time(made.timeline.total), cover=b"", chapters=(),
    )  # fmt: skip
    body = io.BytesIO()
    studio.encoder.encode(made.runs, made.timeline.rate, tags, body, lambda _done, _of: None)
    return body.getvalue()
