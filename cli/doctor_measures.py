"""What `evenside doctor` says of measures: which are asked, and which files cannot be used."""

from cli.findings import GOOD, NOTE, Finding
from scheduling.aftercare.measures.catalogue import broken_measures, measures


def measures_here() -> Finding:
    """As the clinic's folder is now."""
    broken = broken_measures()
    if broken:
        told = " ".join(f"{name}: {why}" for name, why in broken.items())
        return Finding(NOTE, f"Some measures of your own cannot be used and are not asked. {told}")
    asked = sorted(one.name for one in measures().values() if one.is_asked)
    return Finding(GOOD, f"Members can be asked: {', '.join(asked)}.")
