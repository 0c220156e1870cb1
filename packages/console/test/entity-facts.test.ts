import { describe, expect, it } from 'vitest';
import { entitiesOf, fieldsOf, keyOf } from '../src/entities/entity-facts.ts';

const content = {
  custom: {
    platform: {
      entities: {
        orders: {
          name: 'order',
          partition: 'customerId',
          indexes: { byStatus: { partition: 'status', sort: 'createdAt' } },
        },
        memos: { name: 'memo', indexes: {} },
      },
    },
  },
};

describe('entitiesOf()', () => {
  it('reads what outputs say of entities', () => {
    expect(entitiesOf(content)).toEqual([
      {
        plural: 'orders',
        name: 'order',
        partition: 'customerId',
        indexes: [{ name: 'byStatus', partition: 'status' }],
      },
      { plural: 'memos', name: 'memo', partition: null, indexes: [] },
    ]);
  });

  it.each([{}, { custom: null }, { custom: { platform: {} } }, { custom: { platform: { entities: 1 } } }])(
    'finds none in %j',
    (outputs) => expect(entitiesOf(outputs)).toEqual([]),
  );
});

describe('an item', () => {
  const item = {
    ...{ id: 'a', createdAt: 't', updatedAt: 't', region: 'eu-west-1', version: { 'eu-west-1': 1 }, ttl: 5 },
    ...{ customerId: 'ada', status: 'open' },
  };

  it('has fields beside what the platform says of it', () => {
    expect(fieldsOf(item)).toEqual({ customerId: 'ada', status: 'open' });
  });

  it('is named by its id, and by its partition where the entity has one', () => {
    const [orders, memos] = entitiesOf(content);
    expect(orders && keyOf(orders, item)).toEqual({ id: 'a', customerId: 'ada' });
    expect(memos && keyOf(memos, item)).toEqual({ id: 'a' });
  });
});
