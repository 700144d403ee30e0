"""Every error audiopub raises on purpose, its exit code, and nothing else.

* AudiopubError (1): what a user can be told in one sentence
  * BadInput (3): the source is no article we may publish
    * NotFound: there is nothing of that name
    * Outdated: somebody changed it since it was looked at; what was to be done must be decided anew
  * FetchFailed (4): a page could not be had
  * SpeechFailed (5): no voice could read the text
    * EngineUnavailable: the engine cannot be reached; the same call may work later
      * EngineThrottled: it may not be asked before a moment that is known
      * UtteranceSpoilt: it answered with sound that cannot be the text; only this utterance is in doubt
    * UtteranceRejected: the engine will not say this text, now or later
  * FeedInvalid (7): a feed that a podcast app would refuse
  * ConfigInvalid (8): a show file, a setting or a folder that cannot be used
    * EngineUnknown: no installed engine has that name, or the engine has no such voice
  * Forbidden (77): whoever asks may not
    * NotSignedIn: nobody knows who asks
  * TryAgain (75): locked or full at the moment; nothing is wrong with the input
    * TooOften: it was asked more often than is allowed; a moment is known from which it may be again
    * Overtaken: another writer was quicker; what was made must be made again from what is there now
      * LeaseLost: this process stood still for so long that another does its work now

Exit codes 0 (done), 2 (usage), 6 (some sources of several failed) and 130 (interrupted) belong to
the command line. A class exists because a caller does something different with it; what went wrong
exactly is the ``code``, a key of the message catalogs.
"""

from datetime import UTC, datetime, timedelta, timezone
from typing import ClassVar

from audiopub.messages import Language, message

_VIETNAM = timezone(timedelta(hours=7))


class AudiopubError(Exception):
    """An error with a stable code and a sentence for people in each language."""

    exit_code: ClassVar[int] = 1

    def __init__(self, code: str, /, **details: object) -> None:
        """Keep the code and the details; the sentence is made when somebody asks for it.

        Args:
            code: key in the message catalogs, such as ``source.not_found``.
            **details: the placeholders of its template.
        """
        super().__init__(code)
        self.code = code
        self.details = details

    def sentence(self, language: Language) -> str:
        """Say what is wrong and what would be right, in one sentence."""
        return message(self.code, language, **self.details)

    def __str__(self) -> str:
        """Give the English sentence, for logs and tracebacks."""
        return self.sentence("en")


class BadInput(AudiopubError):
    """The source cannot become an episode: empty, binary, a stub, no article."""

    exit_code = 3


class NotFound(BadInput):
    """There is nothing of that name."""


class Outdated(BadInput):
    """Somebody changed it since it was looked at; nothing was done, and a person decides anew."""


class Forbidden(AudiopubError):
    """Whoever asks may not."""

    exit_code = 77


class NotSignedIn(Forbidden):
    """Nobody knows who asks: nothing was shown that opens, or it opens no more."""


class FetchFailed(AudiopubError):
    """A page could not be fetched, or may not be."""

    exit_code = 4


class SpeechFailed(AudiopubError):
    """No voice could read the text."""

    exit_code = 5


class EngineUnavailable(SpeechFailed):
    """The engine could not be reached, or refused for now; the same call may work later."""


class EngineThrottled(EngineUnavailable):
    """Nobody may ask the engine before a certain moment: worth waiting for, and then asking again."""

    def __init__(self, code: str, /, *, engine: str, until: int, wait: int | None = None) -> None:
        """Keep the moment; the sentence says it in Vietnam's time, rounded up to the minute.

        Args:
            code: key in the message catalogs.
            engine: what people call who answers, ``Google``.
            until: milliseconds since 1970, on the clock of those who share the engine.
            wait: milliseconds from now till then, whatever one's own clock says; None where the service names no time.
        """
        whole = datetime.fromtimestamp(-(-until // 60_000) * 60, UTC)
        super().__init__(code, engine=engine, until=f"{whole.astimezone(_VIETNAM):%H:%M}")
        self.until, self.wait = until, wait


class UtteranceSpoilt(EngineUnavailable):
    """The engine answered with silence, a cut or noise: worth asking again, and no reason to give the engine up."""


class UtteranceRejected(SpeechFailed):
    """The engine answered, and will not say this text; asking again is of no use."""


class FeedInvalid(AudiopubError):
    """The feed breaks a rule that a podcast app enforces."""

    exit_code = 7


class ConfigInvalid(AudiopubError):
    """A show file, a setting or a folder cannot be used as it is."""

    exit_code = 8


class EngineUnknown(ConfigInvalid):
    """No installed engine has that name, or it has no such voice: a mistake in the show file, not a voice that is down."""


class TryAgain(AudiopubError):
    """Nothing is wrong with the input; the machine is busy, locked or full."""

    exit_code = 75


class TooOften(TryAgain):
    """Something that is limited was tried more often than is allowed."""

    def __init__(self, code: str, /, *, seconds: int) -> None:
        """Keep how long to wait.

        Args:
            code: key in the message catalogs.
            seconds: from now until it may be tried again.
        """
        self.retry_after = seconds
        super().__init__(code, seconds=seconds)


class Overtaken(TryAgain):
    """Another writer changed a file since it was looked at."""


class LeaseLost(Overtaken):
    """Somebody else holds the lock by now: this process was frozen, or cut off from the database."""


class AudioSuspect(AudiopubError):
    """The audio does not say what it should: it was heard, and was not published."""

    exit_code = 9
