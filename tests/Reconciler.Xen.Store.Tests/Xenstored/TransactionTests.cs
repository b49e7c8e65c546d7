using System.Globalization;

namespace Reconciler.Xen.Store.Tests.Xenstored;

[Trait("Category", "Lab")]
public sealed class TransactionTests(RealXenstored xenstored) : IClassFixture<RealXenstored>
{
    private readonly string _root = xenstored.Root();

    [Fact]
    public async Task Others_see_all_of_a_transaction_or_none()
    {
        await using var client = await xenstored.ConnectAsync();
        await using var other = await xenstored.ConnectAsync();
        await client.WriteAsync($"{_root}/old", "1");
        await client.TransactAsync(async (store, cancellation) =>
        {
            await store.WriteAsync($"{_root}/new", "2", cancellation);
            await store.RemoveAsync($"{_root}/old", cancellation);
            (await store.ReadManyAsync([$"{_root}/old", $"{_root}/new"], cancellation)).ShouldBe([null, "2"]);
            (await other.ReadManyAsync([$"{_root}/old", $"{_root}/new"], cancellation)).ShouldBe(["1", null]);
        });
        (await other.ReadManyAsync([$"{_root}/old", $"{_root}/new"])).ShouldBe([null, "2"]);
    }

    [Fact]
    public async Task A_collision_runs_the_body_again_on_the_new_state()
    {
        await using var client = await xenstored.ConnectAsync();
        await using var other = await xenstored.ConnectAsync();
        await client.WriteAsync(_root, "1");
        var attempts = 0;
        var result = await client.TransactAsync(async (store, cancellation) =>
        {
            attempts++;
            var value = await store.ReadAsync(_root, cancellation);
            if (attempts == 1) await other.WriteAsync(_root, "10", cancellation);
            await store.WriteAsync(_root, value + "+1", cancellation);
            return value;
        });

        attempts.ShouldBe(2);
        result.ShouldBe("10");
        (await client.ReadAsync(_root)).ShouldBe("10+1");
    }

    [Fact]
    public async Task A_transaction_that_always_collides_ends_with_the_error_after_its_attempts()
    {
        await using var client = await xenstored.ConnectAsync(new() { TransactionAttempts = 5 });
        await using var other = await xenstored.ConnectAsync();
        await client.WriteAsync(_root, "1");
        var attempts = 0;
        var error = await Should.ThrowAsync<XenstoreException>(client.TransactAsync(async (store, cancellation) =>
        {
            await store.ReadAsync(_root, cancellation);
            await other.WriteAsync(_root, $"{attempts++}", cancellation);
            await store.WriteAsync(_root, "never", cancellation);
        }).AsTask());

        (error.Error, error.Operation, attempts).ShouldBe((XenstoreError.EAGAIN, "transaction-end", 5));
        (await client.ReadAsync(_root)).ShouldBe("4");
    }

    [Fact]
    public async Task A_body_that_throws_leaves_nothing_behind()
    {
        await using var client = await xenstored.ConnectAsync();
        uint id = 0;
        await Should.ThrowAsync<FormatException>(client.TransactAsync(async (store, cancellation) =>
        {
            id = store.Id;
            await store.WriteAsync(_root, "x", cancellation);
            throw new FormatException();
        }).AsTask());

        (await client.TryReadAsync(_root)).ShouldBeNull();
        id.ShouldNotBe(0u);
        (await RawClient.EndTransactionAsync(xenstored.Process.SocketPath, id)).ShouldBe("ENOENT");
    }

    [Fact]
    public async Task A_cancelled_body_is_discarded()
    {
        await using var client = await xenstored.ConnectAsync();
        using var cancel = new CancellationTokenSource();
        await Should.ThrowAsync<OperationCanceledException>(client.TransactAsync(
            async (store, cancellation) =>
            {
                await store.WriteAsync(_root, "x", cancellation);
                await cancel.CancelAsync();
            },
            cancel.Token).AsTask());

        (await client.TryReadAsync(_root)).ShouldBeNull();
    }

    [Fact]
    public async Task No_increment_is_lost_among_rivals()
    {
        const int Rivals = 4, Increments = 25;
        await using var shared = await xenstored.ConnectAsync(new() { TransactionAttempts = 1000 });
        await using var own = await xenstored.ConnectAsync(new() { TransactionAttempts = 1000 });
        await shared.WriteAsync(_root, "0");
        await Task.WhenAll(Enumerable.Range(0, Rivals).Select(rival => Task.Run(async () =>
        {
            var client = rival % 2 == 0 ? shared : own;
            for (var i = 0; i < Increments; i++)
            {
                await client.TransactAsync(async (store, cancellation) =>
                {
                    var value = int.Parse(await store.ReadAsync(_root, cancellation), CultureInfo.InvariantCulture);
                    await store.WriteAsync(_root, $"{value + 1}", cancellation);
                });
            }
        })));

        (await shared.ReadAsync(_root)).ShouldBe($"{Rivals * Increments}");
    }
}
