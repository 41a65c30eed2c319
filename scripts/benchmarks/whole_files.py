"""Files are written whole, or not at all."""

import os
import pathlib
import tempfile


def write(path: pathlib.Path, text: str) -> None:
    """Beside its place, then renamed.

    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write(pathlib.Path(folder) / "a", "x")
    ...     [(path.name, path.read_text(), oct(path.stat().st_mode)[-3:]) for path in pathlib.Path(folder).iterdir()]
    [('a', 'x', '644')]
    """
    handle, temporary = tempfile.mkstemp(prefix=".klayers-tmp-", dir=path.parent)
    try:
        with open(handle, "w", encoding="utf-8") as file:
            file.write(text)
            os.fchmod(file.fileno(), 0o644)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
