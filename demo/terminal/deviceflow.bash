# Bash completion of deviceflow. What there is to say, the program itself is asked.
_deviceflow() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} verb=${COMP_WORDS[1]} offered=
  COMPREPLY=()
  if [ "$COMP_CWORD" = 1 ]; then
    offered="$("$1" --help 2>/dev/null | sed -n '/^Subcommands:/,/^$/s/^  \([a-z][a-z]*\) .*/\1/p') --help --version"
  else
    case $before in
      --provider) offered=$("$1" providers 2>/dev/null | sed -n 's/^  \([a-z0-9.-]*\)  .*/\1/p') ;;
      --client-auth) offered="none basic post private_key_jwt tls" ;;
      --assertion-audience) offered="issuer token_endpoint" ;;
      --introspection-auth) offered="none client_id" ;;
      --auto) offered="approve deny" ;;
      --format) offered="plain env header" ;;
      --qr) offered="auto utf8 ascii none" ;;
      --*) offered=$("$1" "$verb" --help 2>/dev/null | grep -oE '^ +(-h,)?--[a-z-]+' | grep -oE -- '--.*') ;;
      *) [[ $word == -* ]] &&
        offered=$("$1" "$verb" --help 2>/dev/null | grep -oE '^ +(-h,)?--[a-z-]+' | grep -oE -- '--.*') ;;
    esac
  fi
  while IFS= read -r reply; do COMPREPLY+=("$reply"); done < <(compgen -W "$offered" -- "$word")
}
complete -o default -F _deviceflow deviceflow
