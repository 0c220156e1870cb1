/** Routes of your own: each that is exported here is served in every region, under the name of the export (docs/entities.md). */
export {};
