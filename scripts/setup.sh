#!/usr/bin/env bash
# Makes .venv with everything posterscan needs, with --tests also what only its tests need.
# Run it as often as you like: when nothing changed it does nothing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

venv=.venv
stamp=$venv/.posterscan-setup
wanted=$(cat pyproject.toml constraints.txt scripts/setup.sh | sha256sum | cut -d' ' -f1)

say() { printf 'setup: %s\n' "$*" >&2; }

# --- system packages: Tesseract with Dutch; on Debian python3-venv is a package of its own ------------------------
missing=()
have_tesseract() { command -v tesseract >/dev/null && tesseract --list-langs 2>/dev/null | grep -qx nld; }
command -v tesseract >/dev/null || missing+=(tesseract-ocr)
have_tesseract || missing+=(tesseract-ocr-nld)

python=
for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11; do
    if command -v "$candidate" >/dev/null &&
        "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    missing+=(python3)
fi
if [ ! -x $venv/bin/python ] && { [ -z "$python" ] || ! "$python" -c 'import ensurepip, venv' 2>/dev/null; }; then
    missing+=(python3-venv)
fi

as_root=none
if [ "$(id -u)" = 0 ]; then
    as_root=
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root="sudo -n"
fi

install_packages() {
    command -v apt-get >/dev/null && [ "$as_root" != none ] || return 1
    local install="env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends"
    say "installing $*"
    # shellcheck disable=SC2086  # as_root and install are words on purpose
    $as_root $install "$@" >/dev/null 2>&1 && return
    say "the lists of packages are old or empty: fetching them once"
    # shellcheck disable=SC2086
    { $as_root apt-get update >/dev/null && $as_root $install "$@" >/dev/null; } </dev/null
}

if [ ${#missing[@]} -gt 0 ] && ! install_packages "${missing[@]}"; then
    say "could not install system packages. Run this, then try again:"
    say "    sudo apt-get update && sudo apt-get install -y ${missing[*]}"
    case " ${missing[*]} " in
        *" python3 "* | *" python3-venv "*) exit 1 ;;
    esac
    say "going on without Tesseract: cards are read by RapidOCR alone, and more of them are marked for a look"
fi
[ -n "$python" ] || python=python3

# --- what only the tests need, each on its own: some systems have it under another name -----------------------------
have_browser() { command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null
if [ "${1:-}" = --tests ]; then
    if ! have_browser && ! install_packages chromium; then
        say "could not install Chromium: pages are not tested. To test them: sudo apt-get install -y chromium"
    fi
    if ! command -v soffice >/dev/null && ! install_packages libreoffice-calc-nogui libreoffice-impress-nogui; then
        say "could not install LibreOffice: workbook and slides are not opened in tests. To do so:"
        say "    sudo apt-get install -y --no-install-recommends libreoffice-calc-nogui libreoffice-impress-nogui"
    fi
fi

# --- the environment ------------------------------------------------------------------------------------------
if [ -x $venv/bin/python ] && [ "$(cat $stamp 2>/dev/null)" = "$wanted" ]; then
    exit 0
fi
if ! $venv/bin/python -m pip --version >/dev/null 2>&1; then
    "$python" -m venv --clear $venv
fi
say "installing Python packages into $venv (a few minutes the first time)"
$venv/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
echo "$wanted" >$stamp
say "done: $venv/bin/posterscan"
