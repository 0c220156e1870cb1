/**
 * WHAT the platform keeps: each entity that is exported here is served in every region, with routes, an index and a typed client
 * (docs/your-first-entity.md). Without one there are the built-in items and counters.
 */
export {};
