/** What `codo` alone shows. */
export const WELCOME: string = `codo: local language models at the prompt

Five things to try:
  codo run "Why is the sky blue?"  ask a model; without a server one is started
  codo chat                        talk with it; /? lists what you can type
  codo models list                 the models that are there; pull gets more
  codo outputs list                every answer is kept and can be found again
  codo doctor                      checks what is needed and says how to mend it

\`codo --help\` lists all commands, \`codo <command> --help\` shows examples of one.`;
