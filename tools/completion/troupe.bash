# SPDX-License-Identifier: BSD-3-Clause
# Bash completion for `troupe`: source it, or put it into bash-completion's folder.
# Subcommands and flags are read from the program's own help texts, so the two cannot drift apart.

_troupe_words() { # the subcommands and long flags that `troupe "$@" --help` lists
  "$1" "${@:2}" --help 2>/dev/null | awk '
    /^Subcommands:/ { listing = 1; next }
    /^[A-Z]/ { listing = 0 }
    listing && /^  [a-z]/ { print $1 }
    { for (i = 1; i <= NF; ++i) if ($i ~ /^(-[a-z],)?--[a-z-]+,?$/) { sub(/^-[a-z],/, "", $i); sub(/,$/, "", $i); print $i } }'
}

_troupe() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} path=() part
  case $before in
    --data | --config | --out | -o) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
    --log) mapfile -t COMPREPLY < <(compgen -W "trace debug info warn error off" -- "$word"); return ;;
    --type) mapfile -t COMPREPLY < <(compgen -W "orswot register at2 tree" -- "$word"); return ;;
    --mode) mapfile -t COMPREPLY < <(compgen -W "sim local" -- "$word"); return ;;
    --anti-entropy) mapfile -t COMPREPLY < <(compgen -W "auto manual" -- "$word"); return ;;
    conform) mapfile -t COMPREPLY < <(compgen -W "peer-id multiaddr tls-certificate quorum membership yamux orswot" -- "$word"); return ;;
  esac
  for part in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $part in
      -*) ;;
      node | demo | keygen | config | conform | bench | show | check | link | sim | brb) path+=("$part") ;;
      lab | run | sweep | replay | shrink | compare | list | audit) path+=("$part") ;;
    esac
  done
  if [[ ${path[0]-} == lab && ${#path[@]} -gt 1 && $word != -* ]]; then # scenarios and result folders
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
    return
  fi
  mapfile -t COMPREPLY < <(compgen -W "$(_troupe_words "${COMP_WORDS[0]}" "${path[@]}")" -- "$word")
}

complete -F _troupe troupe
