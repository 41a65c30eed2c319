# Starts AWS's client as the runtime's own bootstrap does: the client is loaded first, then the layer gets its
# place on the path, then the files that extend the path are read, then the handler is imported.
import os
import site
import sys


def main():
    task = os.environ["LAMBDA_TASK_ROOT"]
    with open(task + "/request.txt") as file:
        lines = [line.split() for line in file]
    request = {key: [bytes.fromhex(value).decode() for value in values] for key, *values in lines}
    library = list(sys.path)
    sys.path[:] = request["client"] + library
    site.ENABLE_USER_SITE = False
    site.setquit()
    site.setcopyright()
    site.sethelper()
    import awslambdaric.__main__ as client

    sys.path[:] = request["before"] + library + request["after"]
    for folder in request["site"]:
        site.addsitedir(folder)
    os.environ["PYTHONPATH"] = request["runtime"][0]
    client.main([task, os.environ["_HANDLER"]])


main()
