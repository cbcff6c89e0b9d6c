#!/bin/sh
# tim: the studio's command line, run by the installed studio itself, with no window. `--` ends what is Chromium's.
here=$(dirname "$(readlink -f "$0" 2>/dev/null || echo "$0")")
case $(uname -s) in
  Darwin) exec "$here/../../MacOS/TiM Studio" --tim --log-level=3 -- "$@" ;;
  *)
    sandbox=
    # Chromium refuses its sandbox to root.
    [ "$(id -u)" = 0 ] && sandbox=--no-sandbox
    exec "$here/../../tim-studio" --tim --ozone-platform=headless --disable-gpu --log-level=3 $sandbox -- "$@"
    ;;
esac
