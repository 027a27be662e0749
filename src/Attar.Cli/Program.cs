Console.WriteLine("attar");
