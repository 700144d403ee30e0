# Sourced by scripts/demo and scripts/test: makes .venv with the project in it.

find_python() {
  local name
  for name in "${PYTHON:-}" python3.13 python3.12 python3.11 python3; do
    if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$name"
      return
    fi
  done
  echo "audiopub needs Python 3.11 or newer; set PYTHON to one." >&2
  return 1
}

# make_venv EXTRA: a virtual environment that holds the project with an extra such as "[dev]".
# Debian and Ubuntu ship Python without ensurepip; then pip comes from the package index.
make_venv() {
  local extra=$1 python stamp
  python=$(find_python)
  if [ ! -x .venv/bin/python ]; then
    rm -rf .venv
    "$python" -m venv .venv 2>/dev/null || bare_venv "$python"
  fi
  stamp=$(cat pyproject.toml scripts/lib.sh | cksum)$extra
  if [ "$(cat .venv/.stamp 2>/dev/null)" != "$stamp" ]; then
    echo "Installing audiopub into .venv ..."
    .venv/bin/python -m pip install --quiet --disable-pip-version-check -e ".$extra"
    echo "$stamp" >.venv/.stamp
  fi
}

bare_venv() {
  rm -rf .venv
  "$1" -m venv --without-pip .venv
  "$1" scripts/first_pip.py .venv/bin/python
}
