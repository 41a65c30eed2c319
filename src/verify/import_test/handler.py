# The function for the test with AWS's client: imports while it is initialised, looks at the rest when it is called.


def read_request():
    with open(os.environ["LAMBDA_TASK_ROOT"] + "/request.txt") as file:
        lines = [line.split() for line in file]
    return {key: [bytes.fromhex(value).decode() for value in values] for key, *values in lines}


PLACE = ["import", ""]
REQUEST = read_request()


def at(stage, name):
    PLACE[:] = [stage, name]


SECONDS, MODULES = import_all(REQUEST["import"], at)


def handler(event, context):
    answer = {"seconds": repr(SECONDS), "modules": str(MODULES), "sdk": [], "failed": None}
    try:
        for expression in REQUEST.get("smoke", []):
            smoke(expression, REQUEST["import"], at)
        if "sdk" in REQUEST:
            answer["sdk"] = sdk(REQUEST["layer"][0], at)
    except BaseException as error:
        answer["failed"] = PLACE + list(explain(error))
        import traceback

        traceback.print_exc()
    return answer
