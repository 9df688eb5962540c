/** Commands for `deploy.sh`. */

/** A word that the shell takes as it is: `shop-price`, `'it'\''s'`. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** One command, a word behind the other; what is missing is left out. */
export function command(...words: (string | undefined)[]): string {
  return words
    .filter((word) => word !== undefined)
    .map(quote)
    .join(' ');
}
