using Reconciler.Xen.Store.Connections;
using Reconciler.Xen.Store.Protocol;

namespace Reconciler.Xen.Store;

public sealed partial class XenstoreClient
{
    private const string TransactionEnd = "transaction-end";

    /// <summary>
    /// Runs <paramref name="body"/> in a transaction and commits it. When it collided with another writer (<see cref="XenstoreError.EAGAIN"/>)
    /// the body is run again in a new one, so it must have no effects but those on the transaction. When the body throws, or is cancelled, the
    /// transaction is discarded; once the commit is sent, cancellation has no effect.
    /// </summary>
    /// <exception cref="XenstoreException">
    /// <see cref="XenstoreError.EAGAIN"/> after <see cref="XenstoreClientOptions.TransactionAttempts"/> collisions;
    /// <see cref="XenstoreError.Disconnected"/> if the connection ended, in which case it may have been committed if its end was being sent.
    /// </exception>
    public async ValueTask<T> TransactAsync<T>(
        Func<XenstoreTransaction, CancellationToken, ValueTask<T>> body, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(body);
        for (var attempt = 1; ; attempt++)
        {
            var connection = Volatile.Read(ref _connection)
                ?? throw new XenstoreException(XenstoreError.Disconnected, "transaction-start", null, DisconnectReason?.Message, DisconnectReason);
            var transaction = await BeginAsync(connection, cancellationToken);
            try
            {
                var result = await body(transaction, cancellationToken);
                cancellationToken.ThrowIfCancellationRequested();
                await EndAsync(connection, transaction, commit: true);
                return result;
            }
            catch (XenstoreException error) when (error.Error == XenstoreError.EAGAIN && attempt < _options.TransactionAttempts)
            {
                // The commit has ended it already; an EAGAIN of another operation has not.
                if (error.Operation != TransactionEnd) await DiscardAsync(connection, transaction);
            }
            catch (Exception error)
            {
                if (error is not XenstoreException { Operation: TransactionEnd }) await DiscardAsync(connection, transaction);
                throw;
            }

            await Task.Delay(CollisionDelay(attempt), _options.TimeProvider, cancellationToken);
        }
    }

    /// <inheritdoc cref="TransactAsync{T}"/>
    public async ValueTask TransactAsync(
        Func<XenstoreTransaction, CancellationToken, ValueTask> body, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(body);
        await TransactAsync(
            async (transaction, cancellation) =>
            {
                await body(transaction, cancellation);
                return true;
            },
            cancellationToken);
    }

    private static async ValueTask<XenstoreTransaction> BeginAsync(XenstoreConnection connection, CancellationToken cancellationToken)
    {
        var reply = await connection.SendAsync(
            XenstoreMessageType.TransactionStart, 0, "", default, ReplyShape.Bytes, cancellationToken);
        reply.ThrowIfFailed("transaction-start", null);
        return XenstoreCodec.TryReadNumber((byte[])reply.Value!, out var id)
            ? new XenstoreTransaction(connection, id)
            : throw new XenstoreException(XenstoreError.Protocol, "transaction-start", null, "no transaction id in the reply");
    }

    private static async ValueTask EndAsync(XenstoreConnection connection, XenstoreTransaction transaction, bool commit)
    {
        var reply = await connection.SendAsync(
            XenstoreMessageType.TransactionEnd, transaction.Id, commit ? "T" : "F", default, ReplyShape.Acknowledgement, CancellationToken.None);
        reply.ThrowIfFailed(TransactionEnd, null);
    }

    private static async ValueTask DiscardAsync(XenstoreConnection connection, XenstoreTransaction transaction)
    {
        try
        {
            await EndAsync(connection, transaction, commit: false);
        }
        catch (XenstoreException)
        {
            // The connection is gone, and the transaction with it. What the body failed with is what the caller must hear.
        }
    }

    /// <summary>Colliding writers must not stay in step: the first repeats are immediate, the later ones wait up to some milliseconds.</summary>
    private TimeSpan CollisionDelay(int attempt) =>
        attempt < 3 ? TimeSpan.Zero : _options.Random.NextDouble() * TimeSpan.FromMilliseconds(Math.Min(1 << Math.Min(attempt, 5), 32));
}
