// What an oidc-provider remembers, in a file, so that one that ended can be started again and knows its logins.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const MINUTE = 60_000;

export class State {
  #file;
  #all;

  // Without a file nothing outlives the process.
  constructor(file) {
    this.#file = file;
    this.#all = file && existsSync(file) ? JSON.parse(readFileSync(file)) : { kept: {}, entries: {} };
  }

  #save() {
    if (this.#file) writeFileSync(this.#file, JSON.stringify(this.#all));
  }

  set(name, value) {
    this.#all.kept[name] = value;
    this.#save();
  }

  // The value of an earlier start, or a new one.
  once(name, make) {
    if (!(name in this.#all.kept)) this.set(name, make());
    return this.#all.kept[name];
  }

  // The class that oidc-provider stores everything with; see "adapter" in its documentation.
  adapter() {
    const entries = () => this.#all.entries;
    const save = () => this.#save();
    return class {
      constructor(kind) {
        this.kind = kind;
      }

      #find(matches) {
        return Object.values(entries()).find(
          ({ kind, payload, until }) => kind === this.kind && matches(payload) && (!until || until > Date.now()),
        )?.payload;
      }

      async upsert(id, payload, seconds) {
        // A minute longer than asked for: an expired code is to be told from one that never was.
        const until = seconds && Date.now() + seconds * 1000 + MINUTE;
        entries()[`${this.kind}:${id}`] = { kind: this.kind, payload, until };
        save();
      }

      async find(id) {
        const found = entries()[`${this.kind}:${id}`];
        return found && (!found.until || found.until > Date.now()) ? found.payload : undefined;
      }

      async findByUid(uid) {
        return this.#find((payload) => payload.uid === uid);
      }

      async findByUserCode(code) {
        return this.#find((payload) => payload.userCode === code);
      }

      async consume(id) {
        entries()[`${this.kind}:${id}`].payload.consumed = Math.floor(Date.now() / 1000);
        save();
      }

      async destroy(id) {
        delete entries()[`${this.kind}:${id}`];
        save();
      }

      async revokeByGrantId(grant) {
        for (const [id, { payload }] of Object.entries(entries())) {
          if (payload.grantId === grant) delete entries()[id];
        }
        save();
      }
    };
  }
}
