"""Brings the U.S. Web Design System into app/static/uswds and templates/components/icons.html.

Only the maintainer who changes the version, the subset (tools/uswds/uswds.scss) or the icons runs this;
the results are committed. It needs node with npm, and `pip install fonttools brotli`:

    python tools/vendor_uswds.py
"""

import hashlib
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

VERSION = "3.14.0"
TARBALL_SHA256 = "da91c65e6fc736fa397f0daf6ca2c2c95711506d85c7ad2537a4570725401e1c"
SASS_VERSION = "1.108.2"

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "tools" / "uswds"
TARGET = ROOT / "app" / "static" / "uswds"
ICONS_TEMPLATE = ROOT / "templates" / "components" / "icons.html"

WEIGHTS = {"Regular": "public-sans-regular.woff2", "Bold": "public-sans-bold.woff2"}
# Latin with its extensions (Vietnamese included) and the marks of print. Other scripts use the system's fonts.
UNICODES = (
    "U+0020-007E,U+00A0-024F,U+0300-0328,U+1E00-1EFF,U+2010-2015,U+2018-201E,U+2020-2022,U+2026,"
    "U+2030,U+2032,U+2033,U+2039,U+203A,U+20AC,U+2116,U+2122,U+2212"
)
FEATURES = "kern,mark,mkmk,ccmp,locl,liga,calt,tnum,lnum"


def main() -> None:
    """Replace the vendored files by those of VERSION."""
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        package = fetch_package(work)
        shutil.rmtree(TARGET, ignore_errors=True)
        (TARGET / "fonts").mkdir(parents=True)
        css = compile_css(work, package)
        copy_images(css, package)
        subset_fonts(package)
        write_icons(package)
        write_notices(package)
    for file in sorted(TARGET.rglob("*.*")):
        print(f"{file.stat().st_size:8,}  {file.relative_to(ROOT)}")


def fetch_package(work: Path) -> Path:
    """Download the package and refuse it if it is not the one that was reviewed."""
    run("npm", "pack", "--silent", f"@uswds/uswds@{VERSION}", cwd=work)
    tarball = work / f"uswds-uswds-{VERSION}.tgz"
    found = hashlib.sha256(tarball.read_bytes()).hexdigest()
    if found != TARBALL_SHA256:
        raise SystemExit(f"The tarball's sha256 is {found}, not {TARBALL_SHA256}.")
    shutil.unpack_archive(tarball, work)
    return work / "package"


def compile_css(work: Path, package: Path) -> str:
    """Compile our subset, with every address relative to the style sheet."""
    run("npm", "install", "--silent", "--no-save", "--prefix", str(work), f"sass@{SASS_VERSION}", cwd=work)
    target = TARGET / "uswds.css"
    sass = work / "node_modules" / ".bin" / "sass"
    options = ["--style=compressed", "--no-source-map", "--quiet-deps", f"--load-path={package / 'packages'}"]
    run(str(sass), *options, str(SOURCES / "uswds.scss"), str(target), cwd=work)
    return target.read_text()


def copy_images(css: str, package: Path) -> None:
    """Copy the pictures that the style sheet and the official banner name, and no others."""
    named = set(re.findall(r'url\("?(img/[^")]+)"?\)', css)) | {"img/us_flag_small.png"}
    for address in sorted(named):
        target = TARGET / address
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(package / "dist" / address, target)


def subset_fonts(package: Path) -> None:
    """Keep the letters that names and pages need, and drop hinting: a third of the size."""
    for weight, name in WEIGHTS.items():
        source = package / "dist" / "fonts" / "public-sans" / f"PublicSans-{weight}.ttf"
        options = [f"--unicodes={UNICODES}", f"--layout-features={FEATURES}", "--no-hinting", "--flavor=woff2"]
        run("pyftsubset", str(source), *options, f"--output-file={TARGET / 'fonts' / name}", cwd=package)


def write_icons(package: Path) -> None:
    """Turn the icons listed in tools/uswds/icons.txt into one macro that draws them inline."""
    rows = []
    for line in (SOURCES / "icons.txt").read_text().splitlines():
        svg = (package / "dist" / "img" / "usa-icons" / f"{line}.svg").read_text()
        shapes = " ".join(re.findall(r' d="([^"]+)"', svg.replace('d="M0 0h24v24H0z"', "")))
        rows.append(f"  '{line}': '{shapes}',")
    macro = (SOURCES / "icons.html").read_text()
    ICONS_TEMPLATE.write_text(macro.replace("  {# shapes #}", "\n".join(rows)))


def write_notices(package: Path) -> None:
    """Keep the licences beside the files, and say where the files come from."""
    shutil.copyfile(package / "LICENSE.md", TARGET / "LICENSE.md")
    shutil.copyfile(SOURCES / "OFL-1.1.txt", TARGET / "fonts" / "OFL.txt")
    shutil.copyfile(SOURCES / "APACHE-2.0.txt", TARGET / "APACHE-2.0.txt")
    notice = (SOURCES / "VENDOR.txt").read_text()
    (TARGET / "VENDOR.txt").write_text(notice.format(version=VERSION, sha256=TARBALL_SHA256, sass=SASS_VERSION))


def run(*command: str, cwd: Path) -> None:
    """Run one command of the recipe; its failure ends the recipe."""
    subprocess.run(command, cwd=cwd, check=True)


if __name__ == "__main__":
    main()
