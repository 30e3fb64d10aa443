"""`posterscan doctor`: what is installed, what is missing, and the cure."""

from __future__ import annotations

from posterscan.cli.words import OK, SOME_FAILED, AsJson, Lang, guarded, helped, language_of, show, show_json
from posterscan.messages import Message

HELP = helped("Zeg wat er is geïnstalleerd en wat er ontbreekt.", "Say what is installed and what is missing.")
MARKS = {"ok": "  ok  ", "warning": "  !   ", "missing": "  X   "}


@guarded
def command(lang: Lang = None, as_json: AsJson = False) -> int:
    """Prints each finding with its cure; 0 where a scan can work."""
    from posterscan.doctor import examine, usable

    language = language_of(lang)
    findings = examine()
    works = usable(findings)
    if as_json:
        show_json({"usable": works, "findings": [
            {"code": f.code, "state": f.state, "message": f.message.to(language), "cure": f.cure.to(language)}
            for f in findings]})
        return OK if works else SOME_FAILED
    for finding in findings:
        show(MARKS[finding.state] + finding.message.to(language))
        if finding.cure:
            show("        → " + finding.cure.to(language))
    show(Message("posterscan kan hier werken." if works else "posterscan kan hier nog niet werken.",
                 "posterscan can work here." if works else "posterscan cannot work here yet.").to(language))
    return OK if works else SOME_FAILED
