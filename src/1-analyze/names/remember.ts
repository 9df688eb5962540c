/** The same question as `ask`, which is asked once for each key. */
export function remember<Key, Answer>(ask: (key: Key) => Answer): (key: Key) => Answer {
  const answers = new Map<Key, Answer>();
  return (key) => {
    const known = answers.get(key);
    if (known !== undefined || answers.has(key)) return known as Answer;
    const answer = ask(key);
    answers.set(key, answer);
    return answer;
  };
}

/** Likewise, of objects: an answer is forgotten with the object that it is about. */
export function rememberFor<Key extends object, Answer extends object>(
  ask: (key: Key) => Answer,
): (key: Key) => Answer {
  const answers = new WeakMap<Key, Answer>();
  return (key) => {
    const answer = answers.get(key) ?? ask(key);
    answers.set(key, answer);
    return answer;
  };
}
