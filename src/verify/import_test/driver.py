# The plain test. Reads what to do from standard input, then sets up the path as Lambda does and looks.
#
# The report goes where standard output went, under a word that only the request knows; what the package
# prints goes to standard error. Fields are in hexadecimal, so that nothing needs a parser.
import site


def main():
    request = {}
    for line in sys.stdin:
        key, *values = line.split()
        request[key] = [bytes.fromhex(value).decode() for value in values]
    channel = os.dup(1)
    os.dup2(2, 1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    process = os.getpid()
    word = request.pop("word")[0]

    def report(event, *fields):
        # A package may fork and let the copy go on as if it were us.
        if os.getpid() == process:
            line = " ".join([word, event] + [str(field).encode("utf-8", "replace").hex() or "-" for field in fields])
            os.write(channel, line.encode() + b"\n")

    place = ["start", ""]

    def at(stage, name):
        place[:] = [stage, name]
        report("at", stage, name)

    version = ".".join(map(str, sys.version_info[:3]))
    set_path(request)
    # Only from here on code of the package can run.
    report("ready", version)
    at("start", "")
    try:
        for folder in request["site"]:
            site.addsitedir(folder)
        seconds, modules = import_all(request["import"], at)
        report("imported", repr(seconds), modules)
        for expression in request.get("smoke", []):
            smoke(expression, request["import"], at)
        if "sdk" in request:
            for found in sdk(request["layer"][0], at):
                report("sdk", *found)
        report("done")
    except BaseException as error:
        report("failed", place[0], place[1], *explain(error))
        import traceback

        traceback.print_exc()
    sys.stderr.flush()
    os._exit(0)


def set_path(request):
    # Lambda's interpreter loads `site`, ours was told not to, because its own packages must not be seen; so
    # what `site` does beside that is done here.
    sys.path[:] = request["before"] + sys.path + request["after"]
    os.environ["PYTHONPATH"] = request["runtime"][0]
    site.ENABLE_USER_SITE = False
    site.setquit()
    site.setcopyright()
    site.sethelper()


main()
