import { KeyValueStore } from './store.js';

interface Book {
  title: string;
  year: number;
}

const store = new KeyValueStore<Book>();

store
  .set('orlando', { title: 'Orlando', year: 1928 })
  .set('lighthouse', { title: 'To the Lighthouse', year: 1927 })
  .set('ulysses', { title: 'Ulysses', year: 1922 });

console.log('size', store.size);
console.log('read after write', store.get('orlando'));
console.log('nobody', store.get('nobody'));

const book: Book = { title: 'The Waves', year: 1930 };
store.set('waves', book);
book.year = 1931;
console.log('same object', store.get('waves') === book, store.get('waves')?.year);

const limit = 1925;
console.log('after', limit, store.find((entry) => entry.year > limit));

console.log('deleted', store.delete('ulysses'), store.delete('ulysses'));
console.log('size', store.size);
for (const change of store.changes()) {
  console.log(change.key, change.before === undefined ? 'added' : 'removed');
}
