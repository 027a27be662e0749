return Attar.Cli.CommandLine.Run(args);
