/** Gives each MIDI device a name of its own that it has again when it comes back, even beside a twin. */

export interface NamedPort {
  readonly id: string;
  readonly name: string;
}

export interface DeviceKeys {
  /** The key of each port that is connected now, by its id: the name, and " 2" and so on for further ports of that name. */
  update(ports: readonly NamedPort[]): ReadonlyMap<string, string>;
}

/** A port that returns under its id has the key it had; under another id, the lowest of its name that is free. */
export function createDeviceKeys(): DeviceKeys {
  const known = new Map<string, string>();
  return {
    update(ports) {
      const keys = new Map<string, string>();
      const taken = new Set<string>();
      for (const { id, name } of ports) {
        const before = known.get(id);
        if (before === undefined || !isOf(before, name) || taken.has(before)) continue;
        keys.set(id, before);
        taken.add(before);
      }
      for (const { id, name } of ports) {
        if (keys.has(id)) continue;
        let count = 1;
        while (taken.has(keyOf(name, count))) count++;
        keys.set(id, keyOf(name, count));
        taken.add(keyOf(name, count));
        known.set(id, keyOf(name, count));
      }
      return keys;
    },
  };
}

function keyOf(name: string, count: number): string {
  return count === 1 ? name : `${name} ${count}`;
}

function isOf(key: string, name: string): boolean {
  return key === name || (key.startsWith(`${name} `) && /^\d+$/.test(key.slice(name.length + 1)));
}
