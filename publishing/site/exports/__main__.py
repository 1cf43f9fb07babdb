"""Write what other programs read into a folder: python -m publishing.site.exports FOLDER"""

import sys
from pathlib import Path

from analysis.review_data import load_review_data
from publishing.site.exports import exports_of
from schemas.root import find_root

for name, text in exports_of(load_review_data(find_root())).items():
    place = Path(sys.argv[1]) / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8", newline="\n")
