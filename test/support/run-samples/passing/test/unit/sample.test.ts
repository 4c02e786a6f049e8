it('passes', () => undefined);
