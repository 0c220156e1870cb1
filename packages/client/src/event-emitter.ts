/** Tells listeners what happened, each event by its name. */
export interface EventEmitter<Events> {
  /** Has a listener called for each event of a kind until the returned function is called. */
  on<Name extends keyof Events>(name: Name, listener: (event: Events[Name]) => void): () => void;
  /** Calls every listener of the kind, at once and in the order in which they came. */
  emit<Name extends keyof Events>(name: Name, event: Events[Name]): void;
}

type Listeners<Events> = { [Name in keyof Events]?: Set<{ call(event: Events[Name]): unknown }> };

/**
 * Makes an emitter. A listener that throws, or whose promise rejects, harms neither what it was told of nor other
 * listeners; the error goes to `onListenerError`.
 */
export function createEventEmitter<Events>(onListenerError: (error: unknown) => void): EventEmitter<Events> {
  const listeners: Listeners<Events> = {};
  return {
    on(name, listener) {
      // An entry of its own: the same function may be registered twice, and is then called twice.
      const entry = { call: listener as (event: Events[typeof name]) => unknown };
      const entries = listeners[name] ?? new Set();
      listeners[name] = entries;
      entries.add(entry);
      return () => {
        entries.delete(entry);
      };
    },
    emit(name, event) {
      for (const { call } of [...(listeners[name] ?? [])]) {
        try {
          const returned = call(event);
          if (returned instanceof Promise) returned.catch(onListenerError);
        } catch (error) {
          onListenerError(error);
        }
      }
    },
  };
}
