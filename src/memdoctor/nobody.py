"""Names that tell of nobody: accounts that many machines have, and words of the reports themselves."""

_ACCOUNTS = (
    "root admin administrator user users app apps node bun deno npm pm2 www web www-data nobody"
    " daemon system runner build builder circleci ubuntu debian centos fedora alpine ec2-user opc home"
    " shared public default guest linux darwin windows win32 localhost host server main postgres mysql"
    " redis nginx mongodb git vagrant docker container worker claude test dev work workspace sbx runsc"
    " local service"
)
_WORDS = (
    "processes logs budget baseline external memory heap growth evidence rss pss uss peak rate sample"
    " case process error warning info note value source report dump array buffers object map set string"
    " number count total size share time start end online stopped errored growing steady plateau"
    " shrinking certain likely possible snapshot recording log file files line lines entries class"
    " classes holder strings listeners handles closures detached"
)
NOBODY = frozenset(f"{_ACCOUNTS} {_WORDS}".split())
