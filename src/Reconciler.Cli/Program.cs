using Reconciler.Cli;

return await XenCommand.Create().Parse(args).InvokeAsync();
