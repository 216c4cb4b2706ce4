"""The answer of a report that was compared: what is new or worse, and what was left out."""

from collections.abc import Sequence

from memdoctor.findings import Finding
from memdoctor.overviews import Compared
from memdoctor.text import sentence
from memdoctor.units import count_of

_NAMED = 3


def of_comparison(compared: Compared, findings: Sequence[Finding]) -> str:
    """Say what is new or worse than in the baseline, and how much of it is known or gone."""
    leading = [finding for finding in findings if not finding.folded]
    new = sum(one.change == "new" for one in leading)
    worse = len(leading) - new
    title = f"the baseline of {compared.title}"
    if not leading:
        told = f"Nothing new or worse than {title}"
    else:
        counts = " and ".join(text for text in (new and f"{new} new", worse and f"{worse} worse") if text)
        told = f"Compared with {title}: {counts}"
    aside = [f"{count_of(compared.known, 'known finding')} not shown"] if compared.known else []
    aside += [f"{compared.gone} of the baseline {'is' if compared.gone == 1 else 'are'} gone"] * bool(
        compared.gone
    )
    sentences = [f"{'; '.join([told, *aside])}."]
    sentences += [sentence(one.message, one.subject.worker) for one in leading[:_NAMED]]
    if leading[_NAMED:]:
        sentences.append(f"And {len(leading) - _NAMED} more.")
    return " ".join(sentences)
