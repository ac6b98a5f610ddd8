/*
 * The scripts ask `codo completion --words=…` for what completes the words so far, and offer what it says. The last
 * word is the one to complete and may be empty.
 */

const BASH = `# Completion of codo for bash
_codo() {
  local line="\${COMP_LINE:0:COMP_POINT}" words=() arguments=() word
  read -ra words <<< "$line"
  [[ "$line" == *[[:space:]] ]] && words+=("")
  for word in "\${words[@]:1}"; do arguments+=("--words=$word"); done
  local current="\${words[\${#words[@]}-1]}" candidates
  candidates=$(codo completion "\${arguments[@]}" 2>/dev/null) || return
  if [[ "$candidates" == "@files" ]]; then
    compopt -o default 2>/dev/null; COMPREPLY=(); return
  fi
  local IFS=$'\\n'
  COMPREPLY=($(cut -f1 <<< "$candidates"))
  # bash breaks words at these characters, and expects only what follows the last one of them.
  local breaks=""
  [[ "$COMP_WORDBREAKS" == *:* ]] && breaks+=":"
  [[ "$COMP_WORDBREAKS" == *=* ]] && breaks+="="
  if [[ -n "$breaks" ]]; then
    local tail="\${current##*[$breaks]}"
    COMPREPLY=("\${COMPREPLY[@]#"\${current%"$tail"}"}")
  fi
}
complete -F _codo codo`;

const ZSH = `#compdef codo
# Completion of codo for zsh
_codo() {
  local -a arguments lines described
  local word line
  for word in "\${(@)words[2,CURRENT]}"; do arguments+=("--words=$word"); done
  lines=("\${(@f)$(codo completion "\${arguments[@]}" 2>/dev/null)}")
  if [[ "$lines[1]" == "@files" ]]; then
    [[ "$words[CURRENT]" == --*=* ]] && compset -P '*='
    _files; return
  fi
  for line in "\${lines[@]}"; do
    [[ -n "$line" ]] && described+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  _describe 'codo' described
}
compdef _codo codo`;

const FISH = `# Completion of codo for fish
function __codo_complete
    set -l arguments
    for word in (commandline -opc)[2..-1] (commandline -ct)
        set -a arguments "--words=$word"
    end
    set -l lines (codo completion $arguments 2>/dev/null)
    if test "$lines[1]" = "@files"
        set -l token (commandline -ct)
        set -l option (string match -r -- '^--[^=]+=' $token)
        for path in (__fish_complete_path (string replace -r -- '^--[^=]+=' '' $token))
            printf '%s\\n' "$option$path"
        end
    else
        printf '%s\\n' $lines
    end
end
complete -c codo -f -a '(__codo_complete)'`;

/** The completion script of each shell. */
export const SHELL_SCRIPTS: Readonly<Record<"bash" | "zsh" | "fish", string>> = { bash: BASH, zsh: ZSH, fish: FISH };
