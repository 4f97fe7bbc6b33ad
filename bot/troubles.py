"""What can be expected to go wrong at the command line → one kind sentence: what was found, and what to do."""

from alembic.script.revision import RevisionError
from alembic.util import CommandError
from cryptography.fernet import InvalidToken
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError

from bot.lock import AlreadyRunning
from bot.probe import ProbeFailed
from bot.settings import SettingsWrong
from documents.letter import WrongTemplate
from domain.errors import NotKnown
from usecases.backups import CannotRestore
from usecases.counting import WrongProgress
from usecases.forms import WrongForms
from usecases.founding import RefTaken
from usecases.keeping import WrongRetention
from usecases.ladders import WrongLadders
from usecases.persons import CannotErase
from usecases.procedure import WrongProcedure
from usecases.pseudonyms import CannotExport
from usecases.rules import WrongReminders
from usecases.standards import WrongStandards

WRONG_KEY = (
    "The secret key does not open this database. Set MINDER_SECRET_KEY to the key that it was made with; "
    "while keys are being changed, to both, the newest first."
)


def sentence(error: BaseException) -> str | None:
    """What to say of an error; None for one that nobody expected, whose traceback is then wanted."""
    match error:
        case (
            SettingsWrong()
            | ProbeFailed()
            | WrongForms()
            | WrongRetention()
            | WrongReminders()
            | WrongStandards()
            | WrongLadders()
            | WrongProcedure()
            | WrongProgress()
            | WrongTemplate()
            | CannotErase()
            | CannotExport()
            | CannotRestore()
        ):
            return str(error)
        case InvalidToken():
            return WRONG_KEY
        case AlreadyRunning():
            return (
                f"Minder is running on {error} already. Stop it first; the other commands work while it runs, "
                "and `minder doctor` says how it is."
            )
        case NotKnown():
            found = error.facts.get("found", "this")
            return f"Nobody is known as {found!r}. Check the reference, or import the export that has it."
        case RefTaken():
            return f"The reference {str(error)!r} belongs to somebody who is no manager. Choose another: --manager-ref."
        case IntegrityError() | ProgrammingError() | DataError():
            return None  # a mistake of ours, not of the one who typed
        case DBAPIError():
            found = " ".join(str(error.orig).split())  # a driver says it in several lines
            return f"The database could not be used: {found}. Check MINDER_DATABASE_URL and that it is running."
        case CommandError() | RevisionError():
            return f"The database was made by a newer version of Minder ({error}). Install that version again."
        case OSError():
            return f"{error.filename or 'A file'}: {error.strerror or error}. Check that it is there and yours to use."
    return None
