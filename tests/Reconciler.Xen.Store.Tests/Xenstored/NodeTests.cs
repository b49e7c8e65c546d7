namespace Reconciler.Xen.Store.Tests.Xenstored;

[Trait("Category", "Lab")]
public sealed class NodeTests(RealXenstored xenstored) : IClassFixture<RealXenstored>
{
    private readonly string _root = xenstored.Root();

    [Fact]
    public async Task What_is_written_is_read()
    {
        await using var client = await xenstored.ConnectAsync();
        await client.WriteAsync($"{_root}/text", "größe 4 GiB");
        (await client.ReadAsync($"{_root}/text")).ShouldBe("größe 4 GiB");

        byte[] binary = [0, 1, 255, 0, 7];
        await client.WriteAsync($"{_root}/binary", binary);
        (await client.ReadBytesAsync($"{_root}/binary")).ShouldBe(binary);

        await client.WriteAsync($"{_root}/empty", "");
        (await client.ReadAsync($"{_root}/empty")).ShouldBe("");
    }

    [Fact]
    public async Task A_missing_node_is_null_to_those_who_try_and_an_error_to_the_others()
    {
        await using var client = await xenstored.ConnectAsync();
        (await client.TryReadAsync($"{_root}/missing")).ShouldBeNull();
        (await client.TryListAsync($"{_root}/missing")).ShouldBeNull();
        var read = await Should.ThrowAsync<XenstoreException>(client.ReadAsync($"{_root}/missing").AsTask());
        read.IsNotFound.ShouldBeTrue();
        (read.Operation, read.Path).ShouldBe(("read", $"{_root}/missing"));
        (await Should.ThrowAsync<XenstoreException>(client.ListAsync($"{_root}/missing").AsTask())).IsNotFound.ShouldBeTrue();
    }

    [Theory]
    [InlineData("")]
    [InlineData("//")]
    [InlineData("/a/")]
    [InlineData("/a//b")]
    [InlineData("/a b")]
    [InlineData("/ä")]
    [InlineData("@introduceDomain")]
    public async Task A_malformed_path_is_refused_and_the_connection_lives_on(string path)
    {
        await using var client = await xenstored.ConnectAsync();
        (await Should.ThrowAsync<XenstoreException>(client.ReadAsync(path).AsTask())).Error.ShouldBe(XenstoreError.EINVAL);
        (await client.ListAsync("/")).ShouldContain("tool");
    }

    [Fact]
    public async Task The_longest_path_and_the_largest_value_are_taken_and_more_is_refused()
    {
        // 2048 is the default of xenstored's own quota (--quota-path-max), lower than the protocol's 3072.
        await using var client = await xenstored.ConnectAsync();
        var path = _root + "/" + new string('p', 2047 - _root.Length);
        var value = new string('v', 4096 - 2048 - 1);
        await client.WriteAsync(path, value);
        (await client.ReadAsync(path)).ShouldBe(value);
        foreach (var longer in (string[])[path + "p", path + new string('p', 3072)])
            (await Should.ThrowAsync<XenstoreException>(client.WriteAsync(longer, "").AsTask())).Error.ShouldBe(XenstoreError.EINVAL);
        (await Should.ThrowAsync<XenstoreException>(client.WriteAsync(path, value + "v").AsTask())).Error.ShouldBe(XenstoreError.E2BIG);
        (await client.ReadAsync(path)).ShouldBe(value);
    }

    [Fact]
    public async Task Making_a_directory_keeps_what_is_there()
    {
        await using var client = await xenstored.ConnectAsync();
        await client.MakeDirectoryAsync($"{_root}/a/b");
        (await client.ReadAsync($"{_root}/a")).ShouldBe("");
        await client.WriteAsync($"{_root}/a", "kept");
        await client.MakeDirectoryAsync($"{_root}/a");
        (await client.ReadAsync($"{_root}/a")).ShouldBe("kept");
        (await client.ListAsync($"{_root}/a")).ShouldBe(["b"]);
        (await client.ListAsync($"{_root}/a/b")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Removing_takes_the_whole_subtree_and_a_missing_node_is_no_error()
    {
        await using var client = await xenstored.ConnectAsync();
        await client.WriteAsync($"{_root}/a/b/c", "x");
        await client.RemoveAsync($"{_root}/a");
        (await client.TryReadAsync($"{_root}/a/b/c")).ShouldBeNull();
        await client.RemoveAsync($"{_root}/a");
        (await Should.ThrowAsync<XenstoreException>(client.RemoveAsync($"{_root}/a/b/c").AsTask())).Error.ShouldBe(XenstoreError.ENOENT);
        (await Should.ThrowAsync<XenstoreException>(client.RemoveAsync("/").AsTask())).Error.ShouldBe(XenstoreError.EINVAL);
    }

    [Fact]
    public async Task Permissions_are_replaced_as_a_whole()
    {
        await using var client = await xenstored.ConnectAsync();
        await client.WriteAsync(_root, "x");
        XenstorePermission[] permissions =
            [new(0, XenstoreAccess.None), new(3, XenstoreAccess.Read), new(4, XenstoreAccess.Write), new(5, XenstoreAccess.ReadWrite)];
        await Should.NotThrowAsync(client.SetPermissionsAsync(_root, permissions[..1]).AsTask());
        (await client.GetPermissionsAsync(_root)).ShouldBe(permissions[..1]);

        // xenstored drops entries of domains that do not exist, so three have to.
        foreach (var permission in permissions[1..]) await RawClient.IntroduceAsync(xenstored.Process.SocketPath, permission.Domid);
        await client.SetPermissionsAsync(_root, permissions);
        (await client.GetPermissionsAsync(_root)).ShouldBe(permissions);

        (await Should.ThrowAsync<XenstoreException>(client.SetPermissionsAsync(_root, []).AsTask())).Error.ShouldBe(XenstoreError.EINVAL);
        (await Should.ThrowAsync<XenstoreException>(client.GetPermissionsAsync($"{_root}/missing").AsTask())).IsNotFound.ShouldBeTrue();
    }

    [Fact]
    public async Task Domains_have_a_path_and_are_introduced_or_not()
    {
        await using var client = await xenstored.ConnectAsync();
        (await client.GetDomainPathAsync(17)).ShouldBe("/local/domain/17");
        (await client.IsDomainIntroducedAsync(17)).ShouldBeFalse();
        await RawClient.IntroduceAsync(xenstored.Process.SocketPath, 17);
        (await client.IsDomainIntroducedAsync(17)).ShouldBeTrue();
    }

    [Fact]
    public async Task Sixty_four_callers_on_one_connection_each_get_their_own_answers()
    {
        await using var client = await xenstored.ConnectAsync();
        await Task.WhenAll(Enumerable.Range(0, 64).Select(caller => Task.Run(async () =>
        {
            for (var i = 0; i < 50; i++)
            {
                var path = $"{_root}/{caller}/{i}";
                await client.WriteAsync(path, path);
                (await client.ReadAsync(path)).ShouldBe(path);
                (await client.TryReadAsync(path + "/missing")).ShouldBeNull();
            }

            (await client.ListAsync($"{_root}/{caller}")).Length.ShouldBe(50);
        })));

        var paths = Enumerable.Range(0, 64).SelectMany(caller => Enumerable.Range(0, 50).Select(i => $"{_root}/{caller}/{i}")).ToList();
        (await client.ReadManyAsync([.. paths, $"{_root}/missing"])).ShouldBe([.. paths, null]);
    }

    [Fact]
    public async Task Cancelling_at_any_moment_never_gives_one_caller_the_reply_of_another()
    {
        await using var client = await xenstored.ConnectAsync();
        for (var caller = 0; caller < 16; caller++) await client.WriteAsync($"{_root}/{caller}", $"value {caller}");
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(caller => Task.Run(async () =>
        {
            var (random, cancelled, answered) = (new Random(caller), 0, 0);
            for (var i = 0; i < 400; i++)
            {
                using var cancel = new CancellationTokenSource();
                var read = client.ReadAsync($"{_root}/{caller}", cancel.Token);
                var cancelling = random.Next(2) == 0 ? Task.Run(cancel.Cancel) : Task.CompletedTask;
                try
                {
                    (await read).ShouldBe($"value {caller}");
                    answered++;
                }
                catch (OperationCanceledException)
                {
                    cancelled++;
                }

                await cancelling;
            }

            return (cancelled, answered);
        })));

        outcomes.ShouldAllBe(outcome => outcome.answered > 0);
        outcomes.Sum(outcome => outcome.cancelled).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Callers_that_block_after_their_reply_hold_up_nobody()
    {
        // Each reply is the only one under way, so its caller goes on in the thread that read it, and then blocks there for good.
        await using var client = await xenstored.ConnectAsync();
        await using var watch = await client.WatchAsync(_root);
        await watch.NextAsync(TestContext.Current.CancellationToken);
        using var release = new ManualResetEventSlim();
        var blocked = new List<Task>();
        for (var i = 0; i < 5; i++)
        {
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            blocked.Add(Task.Run(async () =>
            {
                await client.WriteAsync($"{_root}/{i}", "x");
                reached.SetResult();
                release.Wait(TestContext.Current.CancellationToken);
            }));
            await reached.Task;
            (await watch.NextAsync(TestContext.Current.CancellationToken)).Path.ShouldBe($"{_root}/{i}");
        }

        (await client.ListAsync(_root)).Length.ShouldBe(5);
        release.Set();
        await Task.WhenAll(blocked);
    }

    [Fact]
    public async Task A_caller_may_block_on_further_requests_and_even_on_disposing()
    {
        var client = await xenstored.ConnectAsync();
        await client.WriteAsync(_root, "0");

        // Away from the synchronization context of the test, which would move the continuation to another thread.
        await Task.Run(async () =>
        {
            for (var i = 0; i < 100; i++)
            {
                await client.ReadAsync(_root);
                Wait(client.WriteAsync(_root, $"{i}").AsTask());
            }

            (await client.ReadAsync(_root)).ShouldBe("99");
            Wait(client.DisposeAsync().AsTask());
        });

        static void Wait(Task task) => task.Wait(TimeSpan.FromSeconds(20)).ShouldBeTrue();
    }

    [Fact]
    public async Task Requests_are_carried_out_in_the_order_of_their_calls()
    {
        await using var client = await xenstored.ConnectAsync();
        var writes = Enumerable.Range(0, 500).Select(i => client.WriteAsync($"{_root}/counter", $"{i}").AsTask()).ToList();
        (await client.ReadAsync($"{_root}/counter")).ShouldBe("499");
        await Task.WhenAll(writes);
    }
}
